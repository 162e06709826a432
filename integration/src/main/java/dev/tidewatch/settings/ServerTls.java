package dev.tidewatch.settings;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Map;
import org.springframework.boot.ssl.pem.PemContent;

/** Translates the HTTPS settings into an SSL bundle of Spring Boot. */
final class ServerTls {

    private ServerTls() {
    }

    /**
     * A bundle of the two files, which Spring Boot reloads when they change; empty if neither is set.
     *
     * @param certificate {@code TIDEWATCH_TLS_CERTIFICATE}, the path of a PEM file: the server's certificate and its chain
     * @param key {@code TIDEWATCH_TLS_KEY}, the path of a PEM file: its private key
     */
    static Map<String, String> properties(String certificate, String key) {
        if (certificate.isEmpty() && key.isEmpty()) {
            return Map.of();
        }
        if (certificate.isEmpty() || key.isEmpty()) {
            throw new UnusableSettingException(certificate.isEmpty() ? "TIDEWATCH_TLS_KEY is set, but TIDEWATCH_TLS_CERTIFICATE is not."
                    : "TIDEWATCH_TLS_CERTIFICATE is set, but TIDEWATCH_TLS_KEY is not.");
        }
        PublicKey published = PemFile.certificates("TIDEWATCH_TLS_CERTIFICATE", certificate).iterator().next().getPublicKey();
        if (!arePair(key(key), published)) {
            throw new UnusableSettingException(
                    "TIDEWATCH_TLS_KEY names %s, which is not the key of TIDEWATCH_TLS_CERTIFICATE.".formatted(key));
        }
        return Map.of(
                "server.ssl.bundle", "server",
                "spring.ssl.bundle.pem.server.reload-on-update", "true",
                "spring.ssl.bundle.pem.server.keystore.certificate", uri(certificate),
                "spring.ssl.bundle.pem.server.keystore.private-key", uri(key));
    }

    private static PrivateKey key(String file) {
        PrivateKey key;
        try {
            key = PemContent.load(Path.of(file)).getPrivateKey();
        } catch (IOException e) {
            throw UnusableSettingException.unreadable("TIDEWATCH_TLS_KEY", file, e);
        } catch (RuntimeException e) {
            throw new UnusableSettingException("TIDEWATCH_TLS_KEY names %s, which is not a PEM file of a private key.".formatted(file), e);
        }
        if (key == null) {
            throw new UnusableSettingException("TIDEWATCH_TLS_KEY names %s, which contains no unencrypted private key.".formatted(file));
        }
        return key;
    }

    private static boolean arePair(PrivateKey key, PublicKey published) {
        try {
            String algorithm = switch (key.getAlgorithm()) {
                case "RSA" -> "SHA256withRSA";
                case "EC" -> "SHA256withECDSA";
                default -> key.getAlgorithm();
            };
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            byte[] signed = signature.sign();
            signature.initVerify(published);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static String uri(String file) {
        return "file:" + Path.of(file).toAbsolutePath();
    }
}
