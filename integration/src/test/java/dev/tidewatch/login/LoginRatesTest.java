package dev.tidewatch.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.http.Caller;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoginRatesTest {

    private static final Map<String, Object> NONE_LEFT = Map.of("admitted", 0L, "waitMicros", 1_500_000L);

    private final AtomicLong nanos = new AtomicLong();
    private final LoginRates rates;

    LoginRatesTest() throws IOException {
        rates = new LoginRates(LoginSettingsTest.settings("TIDEWATCH_LOGIN_INTERVAL", "2s"), Duration.ofMinutes(1), nanos::get);
    }

    @ParameterizedTest
    @CsvSource({
        "198.51.100.7, 198.51.100.7", "2001:db8:1:2:3:4:5:6, 2001:db8:1:2:0:0:0:0", "2001:db8:1:2::9, 2001:db8:1:2:0:0:0:0", "::1, 0:0:0:0:0:0:0:0"})
    void aNetworkIsAnAddressOrTheFirstHalfOfOne(String address, String network) {
        assertThat(bucket(address)).isEqualTo(new Bucket(network, 2_000_000, 198_000_000));
    }

    @Test
    void aRefusalLastsUntilThereIsAToken() {
        Bucket bucket = bucket("198.51.100.7");
        assertThat(rates.lastingRefusal(bucket)).isNull();
        assertThat(rates.refusal(bucket, NONE_LEFT)).isEqualTo(new Refusal(2, true));
        pass(Duration.ofMillis(1499));
        assertThat(rates.lastingRefusal(bucket)).isEqualTo(new Refusal(1, false));
        assertThat(rates.lastingRefusal(bucket("198.51.100.8"))).isNull();
        pass(Duration.ofMillis(1));
        assertThat(rates.lastingRefusal(bucket)).isNull();
        assertThat(rates.refusal(bucket, Map.of("admitted", 1L, "waitMicros", -5L))).isNull();
    }

    @Test
    void aNetworkThatGoesOnIsNewsOnceAMinute() {
        Bucket bucket = bucket("198.51.100.7");
        assertThat(rates.refusal(bucket, NONE_LEFT).isNews()).isTrue();
        pass(Duration.ofSeconds(59));
        assertThat(rates.refusal(bucket, NONE_LEFT).isNews()).isFalse();
        pass(Duration.ofSeconds(1));
        assertThat(rates.refusal(bucket, NONE_LEFT).isNews()).isTrue();
    }

    @Test
    void ofRefusalsAtOnceOneIsNews() throws Exception {
        LoginRates slow = new LoginRates(LoginSettingsTest.settings(), Duration.ofMinutes(1), () -> {
            Thread.yield();
            return nanos.get();
        });
        int count = 0;
        ExecutorService requests = Executors.newFixedThreadPool(8);
        try {
            for (int i = 0; i < 2_000; i++) {
                Bucket bucket = bucket("10.0." + i / 256 + "." + i % 256);
                CyclicBarrier together = new CyclicBarrier(8);
                List<Future<Boolean>> news = requests.invokeAll(Collections.nCopies(8, () -> {
                    together.await();
                    return slow.refusal(bucket, NONE_LEFT).isNews();
                }));
                for (Future<Boolean> each : news) {
                    count += each.get() ? 1 : 0;
                }
            }
        } finally {
            requests.shutdownNow();
        }
        assertThat(count).isEqualTo(2_000);
    }

    @Test
    void tenThousandNetworksAreRememberedAtMost() {
        for (int i = 0; i <= 10_000; i++) {
            rates.refusal(bucket("10." + i / 65536 + "." + i / 256 % 256 + "." + i % 256), NONE_LEFT);
        }
        assertThat(rates.lastingRefusal(bucket("10.0.0.0"))).isNull();
        assertThat(rates.lastingRefusal(bucket("10.0.0.1"))).isNotNull();
    }

    private Bucket bucket(String address) {
        return rates.bucket(new Caller(address, null, null, null, false));
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
