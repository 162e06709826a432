package dev.tidewatch.login;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.stereotype.Component;

/** Bcrypt, for imported users: {@code $2b$<cost>$<salt and hash>}, also {@code $2a$} and {@code $2y$}. */
@Component
class Bcrypt implements PasswordHash {

    /** Takes about a second; each increment doubles the time. */
    private static final int HIGHEST_COST = 14;
    private static final int LOWEST_COST = 4;
    private static final int MOST_BYTES = 72;
    private static final Pattern HASH = Pattern.compile("\\$2[aby]\\$(\\d{2})\\$[./A-Za-z0-9]{53}");

    private final BCryptPasswordEncoder encoder = new BCryptPasswordEncoder();

    @Override
    public boolean isOf(String hash) {
        return hash.startsWith("$2");
    }

    @Override
    public boolean matches(String password, String hash) {
        Matcher parts = HASH.matcher(hash);
        if (!parts.matches()) {
            throw new UnusableHashException("malformed bcrypt hash");
        }
        int cost = Integer.parseInt(parts.group(1));
        if (cost < LOWEST_COST || cost > HIGHEST_COST) {
            throw new UnusableHashException("cost must be from %d to %d".formatted(LOWEST_COST, HIGHEST_COST));
        }
        return encoder.matches(password, hash);
    }

    /** Bcrypt reads 72 bytes, and repeats a shorter password after a NUL: {@code a} and {@code a NUL a} have the same hash. */
    @Override
    public boolean readsAllOf(String password) {
        return password.getBytes(StandardCharsets.UTF_8).length <= MOST_BYTES && password.indexOf('\0') < 0;
    }
}
