package dev.tidewatch.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.spy;
import static org.mockito.Mockito.verify;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidewatch.support.CapturedLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.ArgumentCaptor;

/** Libsodium and Bouncy Castle compute the same hashes. The tests of libsodium need it on the machine. */
class Argon2Test {

    private static final byte[] SALT = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final Argon2 bouncyCastle = spy(new BouncyCastle(new HashCost(19456, 2, 1)));

    /** RFC 9106, section 5.3: with a secret, associated data and four lanes, which only the generator itself takes. */
    @Test
    void bouncyCastleComputesTheVectorOfTheRfc() {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id).withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(32).withIterations(3).withParallelism(4)
                .withSalt(HexFormat.of().parseHex("02".repeat(16))).withSecret(HexFormat.of().parseHex("03".repeat(8)))
                .withAdditional(HexFormat.of().parseHex("04".repeat(12))).build());
        byte[] hash = new byte[32];
        generator.generateBytes(HexFormat.of().parseHex("01".repeat(32)), hash);
        assertThat(HexFormat.of().formatHex(hash)).isEqualTo("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
    }

    /** Created by the reference implementation (libargon2 20171227). */
    @ParameterizedTest
    @CsvSource({
        "p\u00e4ssword \uD83D\uDD12, 8, 1, 60dc307c585260d02c40732c671be8f9fbf1bcd27cf7d121272316da7e743efe",
        "p\u00e4ssword \uD83D\uDD12NULx, 1024, 3, 4e8cc309b03b866cd1286f3b451d48bb42fc0af813a285f72a7166ce98ab741d"})
    void bothComputeTheVectorsOfTheReferenceImplementation(String password, int memory, int iterations, String expected) {
        byte[] bytes = password.replace("NUL", "\0").getBytes(StandardCharsets.UTF_8);
        for (Argon2 one : List.of(bouncyCastle, libsodium())) {
            assertThat(HexFormat.of().formatHex(hash(one, bytes, SALT, new HashCost(memory, iterations, 1), 32))).isEqualTo(expected);
        }
    }

    /** The limits of {@code TIDEWATCH_HASH_*}, and some values between. */
    @ParameterizedTest
    @CsvSource({"7168, 1, 1", "7168, 5, 1", "7168, 99, 1", "19456, 2, 1", "20001, 3, 1", "131072, 1, 1", "131072, 8, 1", "19456, 2, 2",
        "8192, 1, 9"})
    void bothComputeTheSameForEachCost(int memory, int iterations, int lanes) {
        HashCost cost = new HashCost(memory, iterations, lanes);
        assertThat(hash(libsodium(), SALT, SALT, cost, 32)).isEqualTo(hash(bouncyCastle, SALT, SALT, cost, 32));
    }

    static Stream<byte[]> passwords() {
        Random random = new Random(9106);
        return Stream.concat(
                Stream.of("", "\0", "a\0", "\0a", "a", "admin123", "p\u00e4ssw\u00f6rd", "\uD83D\uDD12", "x".repeat(1024),
                        "\uD83D\uDD12".repeat(256), "\u0000".repeat(100)).map(text -> text.getBytes(StandardCharsets.UTF_8)),
                Stream.generate(() -> {
                    byte[] bytes = new byte[random.nextInt(1025)];
                    random.nextBytes(bytes);
                    return bytes;
                }).limit(60));
    }

    @ParameterizedTest
    @MethodSource("passwords")
    void bothComputeTheSameForEachPassword(byte[] password) {
        Random random = new Random(password.length);
        byte[] salt = new byte[16];
        random.nextBytes(salt);
        HashCost cost = new HashCost(8 + random.nextInt(2000), 1 + random.nextInt(4), 1);
        int length = 16 + random.nextInt(49);
        byte[] before = password.clone();
        Argon2 libsodium = libsodium();

        byte[] hash = hash(libsodium, password, salt, cost, length);

        verify(bouncyCastle, never()).compute(any(), any(), any(), any());
        assertThat(hash).isEqualTo(hash(bouncyCastle, password, salt, cost, length));
        assertThat(password).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 15, 17, 64})
    void bouncyCastleComputesWhatLibsodiumCannot(int saltLength) {
        HashCost cost = new HashCost(64, 1, 1);
        byte[] salt = new byte[saltLength];

        assertThat(hash(libsodium(), SALT, salt, cost, 32)).isEqualTo(hash(bouncyCastle, SALT, salt, cost, 32));
        assertThat(hash(libsodium(), SALT, SALT, cost, 12)).isEqualTo(hash(bouncyCastle, SALT, SALT, cost, 12));
    }

    /** More memory than a process can have: libsodium returns an error. */
    @Test
    void bouncyCastleComputesWhatLibsodiumHasNoMemoryFor() {
        Argon2 computesAnything = mock();
        libsodium(computesAnything).compute(SALT, SALT, new HashCost(Integer.MAX_VALUE, 1, 1), new byte[32]);

        verify(computesAnything).compute(any(), any(), any(), any());
    }

    @Test
    void bouncyCastleComputesAllHashesWithoutLibsodium() {
        assertThat(Libsodium.load("no-such-library", "crypto_pwhash_argon2id", bouncyCastle)).isSameAs(bouncyCastle);
        assertThat(Libsodium.load("sodium", "no_such_function", bouncyCastle)).isSameAs(bouncyCastle);
    }

    /** Argon2i instead of Argon2id, with the same parameters. */
    @Test
    void libsodiumThatComputesOtherHashesIsNotUsedAndLogged() {
        libsodium();
        CapturedLog log = CapturedLog.open();
        try {
            assertThat(Libsodium.load("sodium", "crypto_pwhash_argon2i", bouncyCastle)).isSameAs(bouncyCastle);
        } finally {
            log.close();
        }
        List<JsonNode> lines = log.lines(CapturedLog.where("logger", "dev.tidewatch.login.Libsodium"));
        assertThat(lines).singleElement().satisfies(line -> assertThat(line.path("message").asText())
                .isEqualTo("libsodium fails its self-test, Tidewatch uses Bouncy Castle. Update libsodium."));
    }

    @Test
    void passwordIsOverwrittenAfterItsHash() throws IOException {
        ArgumentCaptor<byte[]> password = ArgumentCaptor.forClass(byte[].class);
        Argon2 argon2 = mock();
        new Argon2id(LoginPropertiesTest.hash(), argon2).hash("secret");

        verify(argon2).compute(password.capture(), any(), any(), any());
        assertThat(password.getValue()).containsExactly(0, 0, 0, 0, 0, 0);
    }

    @Test
    void settingTurnsLibsodiumOff() throws IOException {
        assertThat(new Argon2id(LoginPropertiesTest.hash("TIDEWATCH_HASH_USE_LIBSODIUM", "false")).implementation())
                .isEqualTo("Bouncy Castle");
        assertThat(new Argon2id(LoginPropertiesTest.hash()).implementation()).isEqualTo(Libsodium.or(bouncyCastle).name());
    }

    private Argon2 libsodium() {
        return libsodium(bouncyCastle);
    }

    private static Argon2 libsodium(Argon2 other) {
        Argon2 loaded = Libsodium.or(other);
        assumeTrue(loaded != other, "libsodium is on the machine");
        return loaded;
    }

    private static byte[] hash(Argon2 argon2, byte[] password, byte[] salt, HashCost cost, int length) {
        byte[] hash = new byte[length];
        argon2.compute(password, salt, cost, hash);
        return hash;
    }
}
