package dev.tidewatch.settings;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;

/** Translates the TLS settings of the database into properties of MySQL Connector/J. */
final class DatabaseTls {

    private DatabaseTls() {
    }

    /**
     * {@code database.ssl-mode} and, with a certificate file, {@code database.trust-store}: the URL of a key store without a password.
     *
     * @param ssl {@code TIDB_SSL}
     * @param certificates {@code TIDB_SSL_CA}, the path of a PEM file; empty for the authorities that Java trusts
     */
    static Map<String, String> properties(String ssl, String certificates) {
        String mode = switch (ssl.toLowerCase(Locale.ROOT)) {
            case "false", "disabled" -> "DISABLED";
            case "preferred" -> "PREFERRED";
            case "required" -> "REQUIRED";
            case "verify_ca" -> "VERIFY_CA";
            case "true", "verify_identity" -> "VERIFY_IDENTITY";
            default -> throw new UnusableSettingException(
                    "TIDB_SSL is \"%s\"; it must be one of false, true, disabled, preferred, required, verify_ca, verify_identity."
                            .formatted(ssl));
        };
        if (certificates.isEmpty()) {
            return Map.of("database.ssl-mode", mode);
        }
        if (!mode.startsWith("VERIFY")) {
            throw new UnusableSettingException(
                    "TIDB_SSL_CA is set, but TIDB_SSL is \"%s\", which verifies no certificate; set it to true or verify_ca."
                            .formatted(ssl));
        }
        String trustStore = trustStore(PemFile.certificates("TIDB_SSL_CA", certificates)).toUri().toString();
        return Map.of("database.ssl-mode", mode, "database.trust-store", trustStore);
    }

    /** Connector/J 9.5 reads no PEM. */
    private static Path trustStore(Collection<? extends Certificate> certificates) {
        try {
            KeyStore store = KeyStore.getInstance("JKS");
            store.load(null, null);
            int number = 0;
            for (Certificate certificate : certificates) {
                store.setCertificateEntry("ca-" + number++, certificate);
            }
            Path file = Files.createTempFile("tidewatch-ca-", ".jks");
            file.toFile().deleteOnExit();
            try (OutputStream out = Files.newOutputStream(file)) {
                store.store(out, new char[0]);
            }
            return file;
        } catch (GeneralSecurityException | IOException e) {
            throw new UnusableSettingException("Cannot store the certificates of TIDB_SSL_CA in %s (%s)."
                    .formatted(System.getProperty("java.io.tmpdir"), e.getClass().getSimpleName()), e);
        }
    }
}
