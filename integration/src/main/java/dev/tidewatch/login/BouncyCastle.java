package dev.tidewatch.login;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator.FixedBlockPool;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Argon2id in Java, for any parameters. One hash per core runs at a time; its memory is reused by the next one. Spring Security's encoder
 * would allocate it for each hash.
 */
final class BouncyCastle implements Argon2 {

    /** Blocks of 1 KiB that the generator needs in addition to the memory. */
    private static final int WORKING_BLOCKS = 4;

    private final BlockingQueue<FixedBlockPool> memory = new ArrayBlockingQueue<>(Argon2id.CORES, true);

    /** Keeps the memory of hashes of this cost. */
    BouncyCastle(HashCost cost) {
        for (int core = 0; core < Argon2id.CORES; core++) {
            memory.add(new FixedBlockPool(cost.memoryKib() + WORKING_BLOCKS));
        }
    }

    @Override
    public void compute(byte[] password, byte[] salt, HashCost cost, byte[] hash) {
        FixedBlockPool blocks = take();
        try {
            Argon2BytesGenerator generator = new Argon2BytesGenerator();
            generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                    .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                    .withMemoryAsKB(cost.memoryKib())
                    .withIterations(cost.iterations())
                    .withParallelism(cost.lanes())
                    .withSalt(salt)
                    .withBlockPool(blocks)
                    .build());
            generator.generateBytes(password, hash);
        } finally {
            memory.add(blocks);
        }
    }

    @Override
    public String name() {
        return "Bouncy Castle";
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
