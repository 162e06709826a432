package dev.tidewatch.login;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator.FixedBlockPool;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.springframework.stereotype.Component;

/**
 * Argon2id (RFC 9106) in PHC strings: {@code $argon2id$v=19$m=<KiB>,t=<iterations>,p=<lanes>$<salt>$<hash>}.
 * New hashes have the configured cost, a salt of 16 bytes and a hash of 32 bytes.
 * One hash per core runs at a time; its memory is reused by the next one. Spring Security's encoder would allocate it for each hash.
 */
@Component
class Argon2id implements PasswordHash {

    /** The maximum for imported hashes: each core allocates as much from the heap. */
    static final int MOST_MEMORY_KIB = 128 * 1024;
    /** The maximum of memory times iterations, which determine the time: 27 times the default. */
    static final int HIGHEST_COST = 1024 * 1024;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    /** Blocks of 1 KiB that the generator needs in addition to the memory. */
    private static final int WORKING_BLOCKS = 4;
    private static final Pattern PHC = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=(\\d{1,6}),t=(\\d{1,2}),p=(\\d)\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");

    /** The number of hashes that run at a time. */
    static final int CORES = Runtime.getRuntime().availableProcessors();

    private final SecureRandom random = new SecureRandom();
    private final HashCost cost;
    private final BlockingQueue<FixedBlockPool> memory = new ArrayBlockingQueue<>(CORES, true);

    Argon2id(HashProperties settings) {
        cost = settings.cost();
        for (int core = 0; core < CORES; core++) {
            memory.add(new FixedBlockPool(cost.memoryKib() + WORKING_BLOCKS));
        }
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
        FixedBlockPool blocks = take();
        try {
            Argon2BytesGenerator generator = new Argon2BytesGenerator();
            generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                    .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                    .withMemoryAsKB(its.memoryKib())
                    .withIterations(its.iterations())
                    .withParallelism(its.lanes())
                    .withSalt(salt)
                    .withBlockPool(blocks)
                    .build());
            generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), hash);
        } finally {
            memory.add(blocks);
        }
        return hash;
    }

    private FixedBlockPool take() {
        try {
            return memory.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted: the application is stopping", e);
        }
    }
}
