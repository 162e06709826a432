package dev.tidewatch.settings;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.springframework.core.env.PropertyResolver;

/** How clients connect to Kafka: whether it is encrypted, and how they log in. */
public final class KafkaSecurity {

    private static final List<String> MECHANISMS = List.of("SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN");

    private final String protocol;
    private final String mechanism;
    private final String username;
    private final String password;
    private final String certificates;

    private KafkaSecurity(String protocol, String mechanism, String username, String password, String certificates) {
        this.protocol = protocol;
        this.mechanism = mechanism;
        this.username = username;
        this.password = password;
        this.certificates = certificates;
    }

    /**
     * What {@code KAFKA_SECURITY_PROTOCOL} and its companions say.
     *
     * @throws UnusableSettingException when they do not fit together
     */
    public static KafkaSecurity of(PropertyResolver settings) {
        KafkaSecurity security = new KafkaSecurity(
                settings.getRequiredProperty("tidewatch.kafka.security-protocol").toUpperCase(Locale.ROOT),
                settings.getRequiredProperty("tidewatch.kafka.sasl-mechanism").toUpperCase(Locale.ROOT),
                settings.getRequiredProperty("tidewatch.kafka.username"), settings.getRequiredProperty("tidewatch.kafka.password"),
                settings.getRequiredProperty("tidewatch.kafka.ssl-ca"));
        security.check();
        return security;
    }

    private void check() {
        refuse(!List.of("PLAINTEXT", "SSL", "SASL_SSL").contains(protocol), "KAFKA_SECURITY_PROTOCOL is \"" + protocol
                + "\"; it is one of PLAINTEXT, SSL and SASL_SSL (SASL_PLAINTEXT would log in unencrypted).");
        refuse(!MECHANISMS.contains(mechanism), "KAFKA_SASL_MECHANISM is \"" + mechanism + "\"; it is one of " + String.join(", ", MECHANISMS) + ".");
        refuse(logsIn() && (username.isEmpty() || password.isEmpty()),
                "KAFKA_SECURITY_PROTOCOL is SASL_SSL, but " + (username.isEmpty() ? "KAFKA_USERNAME" : "KAFKA_PASSWORD") + " is not set.");
        refuse(!logsIn() && !(username.isEmpty() && password.isEmpty()), (username.isEmpty() ? "KAFKA_PASSWORD" : "KAFKA_USERNAME")
                + " is set, but KAFKA_SECURITY_PROTOCOL is " + protocol + " and logs nobody in; set it to SASL_SSL.");
        refuse(!isEncrypted() && !certificates.isEmpty(),
                "KAFKA_SSL_CA is set, but KAFKA_SECURITY_PROTOCOL is PLAINTEXT and verifies no certificate; set it to SSL or SASL_SSL.");
        if (!certificates.isEmpty()) {
            PemFile.certificates("KAFKA_SSL_CA", certificates);
        }
    }

    private static void refuse(boolean wrong, String message) {
        if (wrong) {
            throw new UnusableSettingException(message);
        }
    }

    /** Kafka's {@code security.protocol}: PLAINTEXT, SSL or SASL_SSL. */
    public String protocol() {
        return protocol;
    }

    /** Whether the connections are encrypted, and the brokers' certificates and host names verified. */
    public boolean isEncrypted() {
        return !protocol.equals("PLAINTEXT");
    }

    /** Whether clients log in. */
    public boolean logsIn() {
        return protocol.startsWith("SASL");
    }

    /** Kafka's {@code sasl.mechanism}. */
    public String mechanism() {
        return mechanism;
    }

    /** Kafka's {@code sasl.jaas.config}. It holds the password. */
    public String jaasConfig() {
        String module = mechanism.equals("PLAIN") ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
        return "org.apache.kafka.common.security.%s required username=%s password=%s;".formatted(module, quoted(username), quoted(password));
    }

    private static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\r", "\\r") + '"';
    }

    /** The PEM file of the authorities that are trusted; empty for those that Java trusts. */
    public String certificates() {
        return certificates;
    }

    /**
     * The same for TiCDC: parameters for the end of its Kafka sink's URI, each with an ampersand before it. They hold no password.
     *
     * @param ticdcsCertificates {@code TICDC_KAFKA_CA}, the path of a PEM file where TiCDC runs; empty for the certificates of its system
     */
    public String sinkParameters(String ticdcsCertificates) {
        return (isEncrypted() ? "&enable-tls=true" : "")
                + (isEncrypted() && !ticdcsCertificates.isEmpty() ? "&ca=" + encoded(ticdcsCertificates) : "")
                + (logsIn() ? "&sasl-mechanism=" + mechanism + "&sasl-user=" + encoded(username) : "");
    }

    /** The password for TiCDC, as {@link #sinkParameters} has the others. */
    public String sinkPassword() {
        return logsIn() ? "&sasl-password=" + encoded(password) : "";
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
