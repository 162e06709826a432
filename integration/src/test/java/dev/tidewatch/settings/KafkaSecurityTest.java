package dev.tidewatch.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.env.MockEnvironment;

class KafkaSecurityTest {

    @ParameterizedTest
    @ValueSource(strings = {"secret", "\"", "\\", "a\\\"b;", "{{brokers}} ${x} #bean:y", " two\nlines\r\n", "pässwörd", "\\n", "a=\"b\""})
    void passesAnyPasswordToKafkaUnchanged(String password) {
        KafkaSecurity security = of("SASL_SSL", "SCRAM-SHA-256", "tide watch", password, "");

        Map<String, ?> options = JaasContext.loadClientContext(Map.of("sasl.jaas.config", new Password(security.jaasConfig())))
                .configurationEntries().get(0).getOptions();
        assertThat(options.get("password")).isEqualTo(password);
        assertThat(options.get("username")).isEqualTo("tide watch");
    }

    @Test
    void choosesTheLoginModuleByMechanism() {
        assertThat(of("SASL_SSL", "PLAIN", "u", "p", "").jaasConfig()).contains(".PlainLoginModule ");
        assertThat(of("sasl_ssl", "scram-sha-512", "u", "p", "").jaasConfig()).contains(".ScramLoginModule ");
        assertThat(of("ssl", "SCRAM-SHA-512", "", "", "").securityProtocol()).isEqualTo("SSL");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', emptyValue = "", nullValues = "-", value = {
        "SASL_PLAINTEXT|SCRAM-SHA-512|u|p||KAFKA_SECURITY_PROTOCOL is \"SASL_PLAINTEXT\"; it must be PLAINTEXT, SSL or SASL_SSL",
        "TLS|SCRAM-SHA-512||||KAFKA_SECURITY_PROTOCOL is \"TLS\"",
        "SASL_SSL|GSSAPI|u|p||KAFKA_SASL_MECHANISM is \"GSSAPI\"; it must be one of SCRAM-SHA-512, SCRAM-SHA-256, PLAIN.",
        "SASL_SSL|PLAIN||p||KAFKA_SECURITY_PROTOCOL is SASL_SSL, but KAFKA_USERNAME is not set.",
        "SASL_SSL|PLAIN|u|||KAFKA_SECURITY_PROTOCOL is SASL_SSL, but KAFKA_PASSWORD is not set.",
        "PLAINTEXT|PLAIN|u|p||KAFKA_USERNAME is set, but KAFKA_SECURITY_PROTOCOL is PLAINTEXT, which does not authenticate",
        "SSL|PLAIN||p||KAFKA_PASSWORD is set, but KAFKA_SECURITY_PROTOCOL is SSL, which does not authenticate",
        "PLAINTEXT|PLAIN|||/ca.pem|KAFKA_SSL_CA is set, but KAFKA_SECURITY_PROTOCOL is PLAINTEXT",
        "SSL|PLAIN|||/not/there|KAFKA_SSL_CA names /not/there, which cannot be read (NoSuchFileException)."})
    void rejectsSettingsThatContradictEachOther(String protocol, String mechanism, String username, String password, String ca,
            String message) {
        assertThatThrownBy(() -> of(protocol, mechanism, orEmpty(username), orEmpty(password), orEmpty(ca)))
                .isInstanceOf(UnusableSettingException.class).hasMessageStartingWith(message);
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }

    private static KafkaSecurity of(String protocol, String mechanism, String username, String password, String ca) {
        MockEnvironment settings = new MockEnvironment();
        Map.of("security-protocol", protocol, "sasl-mechanism", mechanism, "username", username, "password", password.replace("${", "\\${"),
                "ssl-ca", ca).forEach((name, value) -> settings.setProperty("tidewatch.kafka." + name, value));
        return SettingBinder.bind(settings, KafkaSecurity.class);
    }
}
