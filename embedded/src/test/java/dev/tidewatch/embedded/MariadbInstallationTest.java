package dev.tidewatch.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MariadbInstallationTest {

    @ParameterizedTest
    @CsvSource({"Mac OS X, aarch64", "Windows 11, amd64", "Linux, aarch64"})
    void namesTheAlternativeOnUnsupportedPlatforms(String os, String cpu) {
        assertThatThrownBy(() -> MariadbInstallation.requireSupported(os, cpu)).hasMessage("The embedded run needs Linux on x86-64,"
            + " and this is " + os + " on " + cpu + ". Run `docker compose up --build` instead.");
    }

    @Test
    void restartsAnInterruptedInitialisationAndKeepsTemporaryTablesOfOtherDatabases(@TempDir Path parent) throws IOException {
        Path directory = parent.resolve("with a space");
        Path binaries = directory.resolve("binaries");
        Files.createDirectories(directory.resolve("data.new/mysql"));
        Files.createFile(directory.resolve("data.new/ibdata1"));
        Path temporaryTable = Files.createFile(
            Path.of(System.getenv().getOrDefault("TMPDIR", "/tmp"), "#sql-temptable-" + UUID.randomUUID() + ".MAI"));
        try {
            MariadbInstallation.in(directory, binaries);
            assertThat(directory.resolve("data/mysql/global_priv.frm")).exists();
            assertThat(directory.resolve("data.new")).doesNotExist();
            assertThat(temporaryTable).exists();
        } finally {
            Files.deleteIfExists(temporaryTable);
        }

        Files.delete(binaries.resolve("bin/mariadbd"));
        Path data = Files.createFile(directory.resolve("data/mine"));
        MariadbInstallation.in(directory, binaries);
        assertThat(binaries.resolve("bin/mariadbd")).isExecutable();
        assertThat(data).exists();
    }
}
