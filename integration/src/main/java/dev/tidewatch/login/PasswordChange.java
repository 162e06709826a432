package dev.tidewatch.login;

/**
 * The body of a change of the password, as the contract's schema {@code PasswordChange} has it, both in clear text; never written anywhere.
 *
 * @param currentPassword the one that is to prove who asks
 * @param newPassword     8 to 128 characters
 */
public record PasswordChange(String currentPassword, String newPassword) {

    @Override
    public String toString() {
        return "PasswordChange[]";
    }
}
