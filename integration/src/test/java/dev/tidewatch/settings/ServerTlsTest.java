package dev.tidewatch.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.support.Certificates;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerTlsTest {

    @Test
    void acceptsACertificateAndItsKeyOrNeither(@TempDir Path directory) throws Exception {
        Certificates certificates = new Certificates(directory);
        certificates.authority("ca");
        String certificate = certificates.issue("server", "ca", "dns:localhost").toString();
        String key = certificates.key("server").toString();
        certificates.issue("other", "ca", "dns:localhost");

        assertThat(ServerTls.properties("", "")).isEmpty();
        assertThat(ServerTls.properties(certificate, key)).containsEntry("server.ssl.bundle", "server")
                .containsEntry("spring.ssl.bundle.pem.server.keystore.private-key", "file:" + key);
        refused(certificate, "", "TIDEWATCH_TLS_CERTIFICATE is set, but TIDEWATCH_TLS_KEY is not.");
        refused("", key, "TIDEWATCH_TLS_KEY is set, but TIDEWATCH_TLS_CERTIFICATE is not.");
        refused("/not/there", key, "TIDEWATCH_TLS_CERTIFICATE names /not/there, which cannot be read (NoSuchFileException).");
        refused(certificate, "/not/there", "TIDEWATCH_TLS_KEY names /not/there, which cannot be read (NoSuchFileException).");
        refused(key, key, "TIDEWATCH_TLS_CERTIFICATE names " + key + ", which ");
        refused(certificate, certificate, "TIDEWATCH_TLS_KEY names " + certificate + ", which ");
        refused(certificate, certificates.key("other").toString(),
                "TIDEWATCH_TLS_KEY names " + certificates.key("other") + ", which is not the key of TIDEWATCH_TLS_CERTIFICATE.");
    }

    private static void refused(String certificate, String key, String message) {
        assertThatThrownBy(() -> ServerTls.properties(certificate, key)).isInstanceOf(UnusableSettingException.class)
                .hasMessageStartingWith(message);
    }
}
