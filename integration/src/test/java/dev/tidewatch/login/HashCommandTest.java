package dev.tidewatch.login;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command {@code hash}. */
class HashCommandTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void hashesTheLineOfTheInput() throws IOException {
        assertThat(run("correct horse \\ $battery\n")).isZero();
        assertThat(new Argon2id(LoginPropertiesTest.hash()).matches("correct horse \\ $battery", out.toString().strip())).isTrue();
        assertThat(out.toString()).hasLineCount(1);
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "1234567\n", "first line\nsecond line\n", "PassWord123\n"})
    void rejectsInvalidPasswords(String input) throws IOException {
        assertThat(run(input)).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).hasLineCount(1).doesNotContain("1234567").doesNotContain("first")
                .doesNotContainIgnoringCase("password123");
    }

    @Test
    void countsTheLengthInCodePoints() throws IOException {
        assertThat(run("\uD83D\uDD12".repeat(128))).isZero();
        assertThat(run("\uD83D\uDD12".repeat(129))).isEqualTo(2);
        assertThat(run("\uD83D\uDD12".repeat(7))).isEqualTo(2);
    }

    @Test
    void bug15RejectsAPasswordThatIsNotUtf8() throws IOException {
        assertThat(run("gr\u00fcne Wolken\n".getBytes(StandardCharsets.ISO_8859_1))).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).hasLineCount(1).contains("not UTF-8");
    }

    private int run(String input) throws IOException {
        return run(input.getBytes(StandardCharsets.UTF_8));
    }

    private int run(byte[] input) throws IOException {
        return new HashCommand(new ByteArrayInputStream(input), new PrintStream(out), new PrintStream(err),
                LoginPropertiesTest.hash()).run();
    }
}
