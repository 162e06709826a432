package dev.tidewatch.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseTlsTest {

    @ParameterizedTest
    @CsvSource({"false,DISABLED", "disabled,DISABLED", "preferred,PREFERRED", "REQUIRED,REQUIRED", "verify_ca,VERIFY_CA",
        "true,VERIFY_IDENTITY", "True,VERIFY_IDENTITY", "VERIFY_IDENTITY,VERIFY_IDENTITY"})
    void translatesModes(String ssl, String mode) {
        assertThat(DatabaseTls.properties(ssl, "")).isEqualTo(Map.of("database.ssl-mode", mode));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yes", "verify-ca", "DISABLED&allowLoadLocalInfile=true"})
    void rejectsUnknownModes(String ssl) {
        assertThatThrownBy(() -> DatabaseTls.properties(ssl, "")).isInstanceOf(UnusableSettingException.class)
                .hasMessage("TIDB_SSL is \"" + ssl
                        + "\"; it must be one of false, true, disabled, preferred, required, verify_ca, verify_identity.");
    }

    @Test
    void rejectsCertificatesThatAModeDoesNotVerify() {
        assertThatThrownBy(() -> DatabaseTls.properties("required", "/ca.pem")).isInstanceOf(UnusableSettingException.class)
                .hasMessageStartingWith("TIDB_SSL_CA is set, but TIDB_SSL is \"required\", which verifies no certificate");
    }

    @Test
    void namesAFileWithoutCertificates(@TempDir Path directory) throws Exception {
        Path empty = Files.createFile(directory.resolve("empty.pem"));
        Path text = Files.writeString(directory.resolve("text.pem"), "no certificate");

        assertThatThrownBy(() -> DatabaseTls.properties("true", "/not/there")).isInstanceOf(UnusableSettingException.class)
                .hasMessage("TIDB_SSL_CA names /not/there, which cannot be read (NoSuchFileException).");
        assertThatThrownBy(() -> DatabaseTls.properties("true", empty.toString())).hasMessageStartingWith("TIDB_SSL_CA names " + empty);
        assertThatThrownBy(() -> DatabaseTls.properties("true", text.toString())).hasMessageStartingWith("TIDB_SSL_CA names " + text);
    }
}
