package dev.tidewatch.settings;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;

/** A PEM file that a setting names. */
final class PemFile {

    private PemFile() {
    }

    /**
     * Reads its certificates.
     *
     * @return one certificate at least
     * @throws UnusableSettingException when there is none
     */
    static Collection<? extends Certificate> certificates(String setting, String file) {
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            Collection<? extends Certificate> certificates = CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (certificates.isEmpty()) {
                throw new UnusableSettingException("%s names %s, which contains no certificate.".formatted(setting, file));
            }
            return certificates;
        } catch (IOException e) {
            throw UnusableSettingException.unreadable(setting, file, e);
        } catch (CertificateException e) {
            throw new UnusableSettingException("%s names %s, which is not a PEM file of certificates.".formatted(setting, file), e);
        }
    }
}
