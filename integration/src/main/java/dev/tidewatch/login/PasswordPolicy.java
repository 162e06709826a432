package dev.tidewatch.login;

import dev.tidewatch.http.ProblemException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/**
 * Checks new passwords (NIST SP 800-63B; OWASP ASVS 5.0, 6.2); the contract limits their length. Rejects common passwords, and passwords
 * that consist mostly of the user's own name or address. Requires no character classes and does not normalise the password.
 */
@Component("passwordPolicy")
public class PasswordPolicy {

    private static final String LIST = "/passwords/common-passwords.txt.gz";
    private static final String FIELD = "newPassword";
    private static final String PRODUCT = "tidewatch";
    /** The contract's {@code minLength} and {@code maxLength}, in code points. */
    static final int SHORTEST = 8;
    static final int LONGEST = 128;

    private final Set<String> common = read();

    /**
     * Checks a new password.
     *
     * @param session the row of {@code find-session.sql}: {@code username}, {@code email}
     * @throws ProblemException if it is rejected; the message is the reason
     */
    public void check(@Variable("passwordChange") PasswordChange change, @Variable("session") Map<String, Object> session) {
        String password = change.newPassword().toLowerCase(Locale.ROOT);
        if (isCommon(password)) {
            throw ProblemException.invalidField(FIELD, "must not be a commonly used password");
        }
        String rest = password;
        for (String word : known((String) session.get("username"), (String) session.get("email"))) {
            rest = rest.replace(word.toLowerCase(Locale.ROOT), "");
        }
        if (!rest.equals(password) && rest.codePointCount(0, rest.length()) < SHORTEST) {
            throw ProblemException.invalidField(FIELD,
                    "must have at least %d characters apart from the user name, the e-mail address and \"%s\""
                    .formatted(SHORTEST, PRODUCT));
        }
    }

    /** Whether the list of common passwords contains it, ignoring case. */
    boolean isCommon(String password) {
        return common.contains(password.toLowerCase(Locale.ROOT).strip());
    }

    /** What everybody knows about the user; longer texts come before their parts. */
    private static List<String> known(String username, String email) {
        return List.of(email, email.replaceFirst("@.*", ""), username, PRODUCT);
    }

    /** The common passwords that are long enough to pass the contract. */
    private static Set<String> read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(PasswordPolicy.class.getResourceAsStream(LIST)), StandardCharsets.UTF_8))) {
            return lines.lines().map(String::strip).filter(password -> password.length() >= SHORTEST)
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the list of common passwords", e);
        }
    }
}
