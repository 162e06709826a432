package dev.tidewatch.login;

/**
 * The body of a password change, the contract's schema {@code PasswordChange}; both passwords are in clear text, never stored or logged.
 *
 * @param currentPassword proves the caller's identity
 * @param newPassword     8 to 128 characters
 */
public record PasswordChange(String currentPassword, String newPassword) {

    @Override
    public String toString() {
        return "PasswordChange[]";
    }
}
