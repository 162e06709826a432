package dev.tidewatch.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.settings.SettingBinder;
import dev.tidewatch.settings.UnusableSettingException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.mock.web.MockHttpServletRequest;

class ClientAddressesTest {

    private static final List<String> PROXIES = List.of("10.0.0.0/8", "192.0.2.1", "2001:db8:1::/48", "::1");

    /** The other end of the connection, the headers (several with {@code &} between them), and who the client is. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            203.0.113.9   | 198.51.100.7                          | 203.0.113.9
            10.1.2.3      | 198.51.100.7                          | 198.51.100.7
            10.1.2.3      |                                       | 10.1.2.3
            10.1.2.3      | ' '                                   | 10.1.2.3
            10.1.2.3      | 1.1.1.1, 198.51.100.7                 | 198.51.100.7
            10.1.2.3      | 1.1.1.1,198.51.100.7,10.9.9.9         | 198.51.100.7
            10.1.2.3      | 1.1.1.1, 198.51.100.7 ,  192.0.2.1    | 198.51.100.7
            10.1.2.3      | 1.1.1.1&198.51.100.7&10.9.9.9         | 198.51.100.7
            10.1.2.3      | 1.1.1.1&198.51.100.7, 10.9.9.9        | 198.51.100.7
            10.1.2.3      | 10.4.4.4, 10.5.5.5                    | 10.4.4.4
            10.1.2.3      | 198.51.100.7:4711                     | 198.51.100.7
            10.1.2.3      | 2001:db8:2::7                         | 2001:db8:2:0:0:0:0:7
            10.1.2.3      | [2001:db8:2::7]                       | 2001:db8:2:0:0:0:0:7
            10.1.2.3      | [2001:db8:2::7]:4711                  | 2001:db8:2:0:0:0:0:7
            10.1.2.3      | 198.51.100.7, [2001:db8:1::5]:80      | 198.51.100.7
            10.1.2.3      | ::ffff:198.51.100.7                   | 198.51.100.7
            10.1.2.3      | 1.1.1.1, ::ffff:10.9.9.9              | 1.1.1.1
            10.1.2.3      | 1.1.1.1, unknown                      | 10.1.2.3
            10.1.2.3      | 1.1.1.1, garbage, 10.9.9.9            | 10.9.9.9
            10.1.2.3      | 1.1.1.1,,10.9.9.9                     | 10.9.9.9
            10.1.2.3      | 1.1.1.1,                              | 10.1.2.3
            10.1.2.3      | localhost                             | 10.1.2.3
            10.1.2.3      | 1.2.3                                 | 10.1.2.3
            10.1.2.3      | 1.2.3.4.                              | 10.1.2.3
            10.1.2.3      | 1.2.3.256                             | 10.1.2.3
            10.1.2.3      | 01.2.3.4                              | 10.1.2.3
            10.1.2.3      | [198.51.100.7                         | 10.1.2.3
            10.1.2.3      | fe80::1%eth0                          | 10.1.2.3
            10.1.2.3      | :::                                   | 10.1.2.3
            10.1.2.3      | 1.1.1.1"<script>                      | 10.1.2.3
            192.0.2.2     | 198.51.100.7                          | 192.0.2.2
            ::1           | 198.51.100.7                          | 198.51.100.7
            0:0:0:0:0:0:0:1 | 198.51.100.7                        | 198.51.100.7
            2001:db8:1::9 | 198.51.100.7                          | 198.51.100.7
            fe80::1%eth0  |                                       | fe80:0:0:0:0:0:0:1
            2001:db8:9::9 | 198.51.100.7                          | 2001:db8:9:0:0:0:0:9
            """)
    void takesTheFirstAddressFromTheRightThatIsNoTrustedProxy(String peer, String headers, String client) {
        assertThat(new ClientAddresses(PROXIES).of(request(peer, headers))).isEqualTo(client);
    }

    @Test
    void ignoresTheHeaderWithoutTrustedProxies() {
        assertThat(new ClientAddresses(List.of()).of(request("127.0.0.1", "198.51.100.7"))).isEqualTo("127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/8,", "10.0.0.0/8,,192.0.2.1", "192.0.2.1, 10.0.0.0/8 , "})
    void ignoresEmptyEntriesOfTheSetting(String networks) {
        MockEnvironment settings = new MockEnvironment().withProperty("tidewatch.http.cors-origins", "")
                .withProperty("tidewatch.http.max-body-bytes", "16384").withProperty("tidewatch.http.public-url", "")
                .withProperty("tidewatch.http.trusted-proxies", networks);

        HttpProperties bound = SettingBinder.bind(settings, HttpProperties.class);

        assertThat(new ClientAddresses(bound).of(request("10.1.2.3", "198.51.100.7"))).isEqualTo("198.51.100.7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"proxy.example.org", "10.0.0.0/33", "10.0.0.0/8/8", "10.0.0.0/x", "10.0.0", "::1/129", "10.0.0.0/8;10.0.0.1",
        "*"})
    void rejectsInvalidNetworks(String network) {
        assertThatThrownBy(() -> new ClientAddresses(List.of("10.0.0.1", network))).isInstanceOf(UnusableSettingException.class)
                .hasMessage("TIDEWATCH_TRUSTED_PROXIES is \"10.0.0.1,%s\"; it must be a list of addresses and networks, "
                        + "such as 10.0.0.0/8,2001:db8::/32.", network);
    }

    private static MockHttpServletRequest request(String peer, String headers) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.setRemoteAddr(peer);
        if (headers != null) {
            for (String header : headers.split("&")) {
                request.addHeader("X-Forwarded-For", header);
            }
        }
        return request;
    }
}
