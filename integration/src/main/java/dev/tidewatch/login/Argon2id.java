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
 * New hashes have the parameters of OWASP's Password Storage Cheat Sheet: 19 MiB, 2 iterations, 1 lane, a salt of 16 bytes and a hash of 32.
 * As many hashes run at once as there are cores; each works in memory that is kept for the next one, about 20 MiB a core.
 */
@Component
class Argon2id {

    private static final int MEMORY_KIB = 19 * 1024;
    private static final int ITERATIONS = 2;
    private static final int LANES = 1;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    /** Beside the memory itself, the generator takes four blocks of 1 KiB to work in. */
    private static final int WORKING_BLOCKS = 4;
    private static final Pattern PHC = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=(\\d{1,6}),t=(\\d{1,2}),p=(\\d)\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");

    private final SecureRandom random = new SecureRandom();
    private final BlockingQueue<FixedBlockPool> memory;

    Argon2id() {
        int cores = Runtime.getRuntime().availableProcessors();
        memory = new ArrayBlockingQueue<>(cores, true);
        for (int core = 0; core < cores; core++) {
            memory.add(new FixedBlockPool(MEMORY_KIB + WORKING_BLOCKS));
        }
    }

    /** The PHC string of a new hash of the password. */
    String hash(String password) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s".formatted(MEMORY_KIB, ITERATIONS, LANES, base64.encodeToString(salt),
                base64.encodeToString(compute(password, salt, MEMORY_KIB, ITERATIONS, LANES, HASH_BYTES)));
    }

    /**
     * Whether the PHC string is a hash of the password; compared in constant time.
     *
     * @throws IllegalArgumentException when it is no PHC string of Argon2id, version 19
     */
    boolean matches(String password, String phc) {
        Matcher parts = PHC.matcher(phc);
        if (!parts.matches()) {
            throw new IllegalArgumentException("A password hash is no PHC string of Argon2id");
        }
        byte[] expected = Base64.getDecoder().decode(parts.group(5));
        return MessageDigest.isEqual(expected, compute(password, Base64.getDecoder().decode(parts.group(4)),
                Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)), Integer.parseInt(parts.group(3)), expected.length));
    }

    private byte[] compute(String password, byte[] salt, int memoryKib, int iterations, int lanes, int length) {
        byte[] hash = new byte[length];
        FixedBlockPool blocks = take();
        try {
            Argon2BytesGenerator generator = new Argon2BytesGenerator();
            generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                    .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                    .withMemoryAsKB(memoryKib)
                    .withIterations(iterations)
                    .withParallelism(lanes)
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
            throw new IllegalStateException("The application stops", e);
        }
    }
}
