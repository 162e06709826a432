package dev.tidewatch.login;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.security.crypto.password.Pbkdf2PasswordEncoder;
import org.springframework.security.crypto.password.Pbkdf2PasswordEncoder.SecretKeyFactoryAlgorithm;
import org.springframework.stereotype.Component;

/**
 * PBKDF2 with HMAC-SHA-256 or -512, for imported users, in the formats of passlib,
 * {@code $pbkdf2-sha256$<iterations>$<salt>$<hash>} (base64 with {@code .} instead of {@code +}), and Django,
 * {@code pbkdf2_sha256$<iterations>$<salt>$<hash>} (the salt is plain text).
 */
@Component
class Pbkdf2 implements PasswordHash {

    /** Takes about a second. OWASP recommends 600,000; Django 5 uses 1,000,000. */
    private static final int MOST_ITERATIONS = 2_000_000;
    private static final Pattern PASSLIB = Pattern.compile(
            "\\$pbkdf2-sha(256|512)\\$(\\d{1,9})\\$([A-Za-z0-9./]{2,128})\\$([A-Za-z0-9./]{22,86})");
    private static final Pattern DJANGO = Pattern.compile(
            "pbkdf2_sha(256|512)\\$(\\d{1,9})\\$([^$]{1,128})\\$([A-Za-z0-9+/]{22,86}={0,2})");

    @Override
    public boolean isOf(String hash) {
        return hash.startsWith("$pbkdf2-") || hash.startsWith("pbkdf2_");
    }

    @Override
    public boolean matches(String password, String hash) {
        Matcher passlib = PASSLIB.matcher(hash);
        if (passlib.matches()) {
            return matches(password, passlib, decode(passlib.group(3).replace('.', '+')), decode(passlib.group(4).replace('.', '+')));
        }
        Matcher django = DJANGO.matcher(hash);
        if (django.matches()) {
            return matches(password, django, django.group(3).getBytes(StandardCharsets.UTF_8), decode(django.group(4)));
        }
        throw new UnusableHashException("malformed PBKDF2 hash");
    }

    /** HMAC pads the password with NULs: {@code a} and {@code a NUL} have the same hash. */
    @Override
    public boolean readsAllOf(String password) {
        return !password.endsWith("\0");
    }

    private static boolean matches(String password, Matcher parts, byte[] salt, byte[] expected) {
        int iterations = Integer.parseInt(parts.group(2));
        if (iterations < 1 || iterations > MOST_ITERATIONS) {
            throw new UnusableHashException("iterations must be from 1 to " + MOST_ITERATIONS);
        }
        int bits = Integer.parseInt(parts.group(1));
        if (expected.length * Byte.SIZE != bits) {
            throw new UnusableHashException("the hash must have %d bits".formatted(bits));
        }
        // Spring's own format is the salt and the hash in hexadecimal.
        return new Pbkdf2PasswordEncoder("", salt.length, iterations, SecretKeyFactoryAlgorithm.valueOf("PBKDF2WithHmacSHA" + bits))
                .matches(password, HexFormat.of().formatHex(salt) + HexFormat.of().formatHex(expected));
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new UnusableHashException("malformed base64");
        }
    }
}
