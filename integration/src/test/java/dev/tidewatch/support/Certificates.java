package dev.tidewatch.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A test's own certificates, as PEM files in a directory. */
public final class Certificates {

    private static final String PASSWORD = "changeit";

    private final Path directory;

    public Certificates(Path directory) {
        this.directory = directory;
    }

    /** Creates a CA: {@code <name>.pem}. */
    public Path authority(String name) throws Exception {
        keytool("-genkeypair", "-keystore", name + ".p12", "-keyalg", "EC", "-dname", "CN=" + name, "-ext", "bc:c");
        keytool("-exportcert", "-rfc", "-keystore", name + ".p12", "-file", name + ".pem");
        return directory.resolve(name + ".pem");
    }

    /** Creates a server certificate {@code <name>.pem} and its key {@code <name>.key}, for names such as {@code dns:localhost}. */
    public Path issue(String name, String authority, String names) throws Exception {
        keytool("-genkeypair", "-keystore", name + ".p12", "-keyalg", "EC", "-dname", "CN=" + name);
        keytool("-certreq", "-keystore", name + ".p12", "-file", name + ".csr");
        keytool("-gencert", "-rfc", "-keystore", authority + ".p12", "-infile", name + ".csr", "-outfile", name + ".pem", "-ext",
                "san=" + names);
        KeyStore server = KeyStore.getInstance(directory.resolve(name + ".p12").toFile(), PASSWORD.toCharArray());
        Files.writeString(key(name), "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(server.getKey("mykey", PASSWORD.toCharArray()).getEncoded())
                + "\n-----END PRIVATE KEY-----\n");
        return directory.resolve(name + ".pem");
    }

    /** The key file of a server. */
    public Path key(String name) {
        return directory.resolve(name + ".key");
    }

    private void keytool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
    }
}
