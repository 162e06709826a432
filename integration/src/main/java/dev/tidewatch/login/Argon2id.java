package dev.tidewatch.login;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Argon2id (RFC 9106) in PHC strings: {@code $argon2id$v=19$m=<KiB>,t=<iterations>,p=<lanes>$<salt>$<hash>}.
 * New hashes have the configured cost, a salt of 16 bytes and a hash of 32 bytes.
 */
@Component
class Argon2id implements PasswordHash {

    /** The maximum for imported hashes: each core allocates as much. */
    static final int MOST_MEMORY_KIB = 128 * 1024;
    /** The maximum of memory times iterations, which determine the time: 27 times the default. */
    static final int HIGHEST_COST = 1024 * 1024;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final Pattern PHC = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=(\\d{1,6}),t=(\\d{1,2}),p=(\\d)\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");

    /** The number of hashes that run at a time. */
    static final int CORES = Runtime.getRuntime().availableProcessors();

    private final SecureRandom random = new SecureRandom();
    private final HashCost cost;
    private final Argon2 argon2;

    @Autowired
    Argon2id(HashProperties settings) {
        this(settings, settings.useLibsodium() ? Libsodium.or(new BouncyCastle(settings.cost())) : new BouncyCastle(settings.cost()));
    }

    Argon2id(HashProperties settings, Argon2 argon2) {
        cost = settings.cost();
        this.argon2 = argon2;
    }

    /** The implementation: libsodium and its version, or Bouncy Castle. */
    String implementation() {
        return argon2.name();
    }

    /** Hashes a password; returns a PHC string. */
    String hash(String password) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s".formatted(cost.memoryKib(), cost.iterations(), cost.lanes(),
                base64.encodeToString(salt), base64.encodeToString(compute(password, salt, cost, HASH_BYTES)));
    }

    @Override
    public boolean isOf(String hash) {
        return hash.startsWith("$argon2id$");
    }

    @Override
    public boolean matches(String password, String phc) {
        Matcher parts = parts(phc);
        byte[] expected = decode(parts.group(5));
        return MessageDigest.isEqual(expected, compute(password, decode(parts.group(4)), costOf(parts), expected.length));
    }

    @Override
    public boolean readsAllOf(String password) {
        return true;
    }

    /** Whether the hash has a lower cost than new hashes. */
    boolean isWeak(String phc) {
        HashCost its = costOf(parts(phc));
        return its.memoryKib() < cost.memoryKib() || its.iterations() < cost.iterations();
    }

    private static Matcher parts(String phc) {
        Matcher parts = PHC.matcher(phc);
        if (!parts.matches()) {
            throw new UnusableHashException("malformed PHC string of Argon2id, version 19");
        }
        return parts;
    }

    private static HashCost costOf(Matcher parts) {
        HashCost its = new HashCost(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)), Integer.parseInt(parts.group(3)));
        if (its.iterations() < 1 || its.lanes() < 1 || its.memoryKib() < 8 * its.lanes()) {
            throw new UnusableHashException("invalid Argon2 parameters");
        }
        if (its.memoryKib() > MOST_MEMORY_KIB || (long) its.memoryKib() * its.iterations() > HIGHEST_COST) {
            throw new UnusableHashException("cost exceeds %d KiB or %d KiB times iterations"
                    .formatted(MOST_MEMORY_KIB, HIGHEST_COST));
        }
        return its;
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new UnusableHashException("malformed base64");
        }
    }

    private byte[] compute(String password, byte[] salt, HashCost its, int length) {
        byte[] hash = new byte[length];
        byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
        try {
            argon2.compute(bytes, salt, its, hash);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
        return hash;
    }
}
