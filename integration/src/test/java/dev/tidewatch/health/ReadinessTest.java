package dev.tidewatch.health;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.env.MockEnvironment;

/** The address in the line that Tidewatch is ready. */
class ReadinessTest {

    private final MockEnvironment environment = new MockEnvironment().withProperty("local.server.port", "8081");

    @Test
    void namesThePortOfTheServerByDefault() {
        assertThat(Readiness.address(environment)).isEqualTo("http://localhost:8081");
        assertThat(Readiness.address(environment.withProperty("server.ssl.bundle", "server"))).isEqualTo("https://localhost:8081");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:8080", "http://localhost:8080/"})
    void namesTheAddressThatClientsUse(String publicUrl) {
        assertThat(Readiness.address(environment.withProperty("tidewatch.http.public-url", publicUrl))).isEqualTo("http://localhost:8080");
    }
}
