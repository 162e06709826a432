package dev.tidewatch.settings;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How clients connect to Kafka: encryption and authentication.
 *
 * @param securityProtocol encryption and authentication: {@code PLAINTEXT} has neither; {@code SSL} encrypts and verifies the brokers'
 *                         certificates and host names; {@code SASL_SSL} also authenticates
 * @param saslMechanism    the mechanism of {@code SASL_SSL}: {@code SCRAM-SHA-512}, {@code SCRAM-SHA-256} or {@code PLAIN}
 * @param username         the user of {@code SASL_SSL}
 * @param password         the password of {@code SASL_SSL}
 * @param sslCa            a PEM file with the certificate authorities to trust; empty for those that Java trusts
 */
@ConfigurationProperties("tidewatch.kafka")
public record KafkaSecurity(String securityProtocol, String saslMechanism, String username, String password, String sslCa) {

    private static final List<String> MECHANISMS = List.of("SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN");

    /**
     * Checks that the settings fit together.
     *
     * @throws UnusableSettingException when they do not
     */
    public KafkaSecurity {
        securityProtocol = securityProtocol.toUpperCase(Locale.ROOT);
        saslMechanism = saslMechanism.toUpperCase(Locale.ROOT);
        boolean authenticates = securityProtocol.startsWith("SASL");
        refuse(!List.of("PLAINTEXT", "SSL", "SASL_SSL").contains(securityProtocol), "KAFKA_SECURITY_PROTOCOL is \"" + securityProtocol
                + "\"; it must be PLAINTEXT, SSL or SASL_SSL (SASL_PLAINTEXT would send the password unencrypted).");
        refuse(!MECHANISMS.contains(saslMechanism),
                "KAFKA_SASL_MECHANISM is \"" + saslMechanism + "\"; it must be one of " + String.join(", ", MECHANISMS) + ".");
        refuse(authenticates && (username.isEmpty() || password.isEmpty()),
                "KAFKA_SECURITY_PROTOCOL is SASL_SSL, but " + (username.isEmpty() ? "KAFKA_USERNAME" : "KAFKA_PASSWORD") + " is not set.");
        refuse(!authenticates && !(username.isEmpty() && password.isEmpty()), (username.isEmpty() ? "KAFKA_PASSWORD" : "KAFKA_USERNAME")
                + " is set, but KAFKA_SECURITY_PROTOCOL is " + securityProtocol + ", which does not authenticate; set it to SASL_SSL.");
        refuse(securityProtocol.equals("PLAINTEXT") && !sslCa.isEmpty(), "KAFKA_SSL_CA is set, but KAFKA_SECURITY_PROTOCOL is PLAINTEXT,"
                + " which verifies no certificate; set it to SSL or SASL_SSL.");
        if (!sslCa.isEmpty()) {
            PemFile.certificates("KAFKA_SSL_CA", sslCa);
        }
    }

    private static void refuse(boolean wrong, String message) {
        if (wrong) {
            throw new UnusableSettingException(message);
        }
    }

    /** Whether connections are encrypted and the brokers' certificates and host names verified. */
    public boolean isEncrypted() {
        return !securityProtocol.equals("PLAINTEXT");
    }

    /** Whether clients authenticate. */
    public boolean authenticates() {
        return securityProtocol.startsWith("SASL");
    }

    /** Kafka's {@code sasl.jaas.config}. It holds the password. */
    public String jaasConfig() {
        String module = saslMechanism.equals("PLAIN") ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
        return "org.apache.kafka.common.security.%s required username=%s password=%s;"
                .formatted(module, quoted(username), quoted(password));
    }

    private static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\r", "\\r") + '"';
    }

    /**
     * The same settings for TiCDC: parameters to append to its Kafka sink's URI, each after an ampersand. They do not hold the password.
     *
     * @param certificates {@code TICDC_KAFKA_CA}, the path of a PEM file on TiCDC's host; empty for the authorities of its system
     */
    public String sinkParameters(String certificates) {
        return (isEncrypted() ? "&enable-tls=true" : "")
                + (isEncrypted() && !certificates.isEmpty() ? "&ca=" + encoded(certificates) : "")
                + (authenticates() ? "&sasl-mechanism=" + saslMechanism + "&sasl-user=" + encoded(username) : "");
    }

    /** The password for TiCDC, in the form of {@link #sinkParameters}. */
    public String sinkPassword() {
        return authenticates() ? "&sasl-password=" + encoded(password) : "";
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "KafkaSecurity[" + securityProtocol + "]";
    }
}
