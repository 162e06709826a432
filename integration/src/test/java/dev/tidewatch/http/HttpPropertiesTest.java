package dev.tidewatch.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.settings.UnusableSettingException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpPropertiesTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "http://localhost:8080", "https://tidewatch.example/", "https://a.example/audit",
        "http://[2001:db8::1]:8080", "http://localhost:8080-8082"})
    void acceptsAPublicAddress(String publicUrl) {
        assertThat(properties(publicUrl).publicUrl()).isEqualTo(publicUrl);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:8080", "ftp://a.example", "http://", "http://a b", "http://a.example?x=1", "http://2001:db8::1"})
    void refusesAPublicAddressThatIsNone(String publicUrl) {
        assertThatThrownBy(() -> properties(publicUrl)).isInstanceOf(UnusableSettingException.class)
                .hasMessage("TIDEWATCH_PUBLIC_URL is \"%s\"; it must be an address, such as https://tidewatch.example.", publicUrl);
    }

    private static HttpProperties properties(String publicUrl) {
        return new HttpProperties(16_384, "", "", List.of(), false, List.of(), publicUrl);
    }
}
