package dev.tidewatch.login;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Argon2id by the machine's libsodium, in about 0.6 of the time of Bouncy Castle. It has one lane and a salt of 16 bytes, as new hashes
 * have by default; the other implementation computes all others, and those that libsodium cannot get memory for.
 */
final class Libsodium implements Argon2 {

    private static final Logger log = LoggerFactory.getLogger(Libsodium.class);
    private static final int ARGON2ID = 2;
    private static final int SALT_BYTES = 16;
    private static final int SHORTEST_HASH = 16;
    /** Created by the reference implementation (libargon2): 8 KiB, one iteration. */
    private static final String HASH_OF_THE_SELF_TEST = "60dc307c585260d02c40732c671be8f9fbf1bcd27cf7d121272316da7e743efe";

    private final Function function;
    private final String version;
    private final Argon2 other;

    private Libsodium(Function function, String version, Argon2 other) {
        this.function = function;
        this.version = version;
        this.other = other;
    }

    /** Loads libsodium; returns the other implementation if the machine has none, or if it fails its self-test. */
    static Argon2 or(Argon2 other) {
        return load("sodium", "crypto_pwhash_argon2id", other);
    }

    static Argon2 load(String name, String hash, Argon2 other) {
        try {
            NativeLibrary library = NativeLibrary.getInstance(name);
            if (Native.SIZE_T_SIZE == Long.BYTES && library.getFunction("sodium_init").invokeInt(new Object[0]) >= 0) {
                String version = library.getFunction("sodium_version_string").invokeString(new Object[0], false);
                Libsodium libsodium = new Libsodium(library.getFunction(hash), version, other);
                if (libsodium.passesItsTest()) {
                    return libsodium;
                }
            }
            log.warn("libsodium fails its self-test, Tidewatch uses {}. Update libsodium.", other.name());
        } catch (LinkageError e) {
            log.debug("libsodium is not available", e);
        }
        return other;
    }

    @Override
    public void compute(byte[] password, byte[] salt, HashCost cost, byte[] hash) {
        boolean isPossible = cost.lanes() == 1 && salt.length == SALT_BYTES && hash.length >= SHORTEST_HASH;
        if (!isPossible || !call(password, salt, cost, hash)) {
            other.compute(password, salt, cost, hash);
        }
    }

    @Override
    public String name() {
        return "libsodium " + version;
    }

    private boolean passesItsTest() {
        byte[] hash = new byte[HASH_OF_THE_SELF_TEST.length() / 2];
        return call("p\u00e4ssword \uD83D\uDD12".getBytes(StandardCharsets.UTF_8), "0123456789abcdef".getBytes(StandardCharsets.US_ASCII),
                new HashCost(8, 1, 1), hash) && Arrays.equals(hash, HexFormat.of().parseHex(HASH_OF_THE_SELF_TEST));
    }

    /** False if libsodium returns an error: it lacks memory. */
    private boolean call(byte[] password, byte[] salt, HashCost cost, byte[] hash) {
        // Memory of ours, because JNA would leave a copy of an array behind.
        try (Memory memory = new Memory(hash.length + SALT_BYTES + password.length)) {
            try {
                memory.write(hash.length, salt, 0, SALT_BYTES);
                memory.write(hash.length + SALT_BYTES, password, 0, password.length);
                boolean isDone = function.invokeInt(new Object[] {memory, (long) hash.length,
                        memory.share(hash.length + SALT_BYTES), (long) password.length, memory.share(hash.length),
                        (long) cost.iterations(), cost.memoryKib() * 1024L, ARGON2ID}) == 0;
                memory.read(0, hash, 0, hash.length);
                return isDone;
            } finally {
                memory.clear();
            }
        }
    }
}
