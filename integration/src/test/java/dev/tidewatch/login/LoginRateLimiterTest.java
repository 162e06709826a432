package dev.tidewatch.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.http.Caller;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoginRateLimiterTest {

    private static final Long NONE_LEFT = 1_500_000L;

    private final AtomicLong nanos = new AtomicLong();
    private final LoginRateLimiter limiter;

    LoginRateLimiterTest() throws IOException {
        limiter = new LoginRateLimiter(LoginPropertiesTest.login("TIDEWATCH_LOGIN_INTERVAL", "2s"), nanos::get);
    }

    @ParameterizedTest
    @CsvSource({
        "198.51.100.7, 198.51.100.7", "2001:db8:1:2:3:4:5:6, 2001:db8:1:2:0:0:0:0", "2001:db8:1:2::9, 2001:db8:1:2:0:0:0:0",
        "::1, 0:0:0:0:0:0:0:0"})
    void networkIsAnIpv4AddressOrAnIpv6Prefix(String address, String network) {
        assertThat(bucket(address)).isEqualTo(new RateLimitBucket(network, 2_000_000, 198_000_000));
    }

    @Test
    void refusalLastsUntilThePermitIsAvailable() {
        RateLimitBucket bucket = bucket("198.51.100.7");
        assertThat(limiter.rememberedRefusal(bucket)).isNull();
        assertThat(limiter.refusal(bucket, NONE_LEFT)).isEqualTo(new RateLimitRefusal(2, true));
        pass(Duration.ofMillis(1499));
        assertThat(limiter.rememberedRefusal(bucket)).isEqualTo(new RateLimitRefusal(1, false));
        assertThat(limiter.rememberedRefusal(bucket("198.51.100.8"))).isNull();
        pass(Duration.ofMillis(1));
        assertThat(limiter.rememberedRefusal(bucket)).isNull();
        assertThat(limiter.refusal(bucket, -5L)).as("available by now").isEqualTo(new RateLimitRefusal(1, false));
        assertThat(limiter.refusal(bucket, null)).as("full by now").isEqualTo(new RateLimitRefusal(1, false));
    }

    @Test
    void continuingNetworkIsNewsOncePerMinute() {
        RateLimitBucket bucket = bucket("198.51.100.7");
        assertThat(limiter.refusal(bucket, NONE_LEFT).isNews()).isTrue();
        pass(Duration.ofSeconds(59));
        assertThat(limiter.refusal(bucket, NONE_LEFT).isNews()).isFalse();
        pass(Duration.ofSeconds(1));
        assertThat(limiter.refusal(bucket, NONE_LEFT).isNews()).isTrue();
    }

    @Test
    void oneOfSeveralConcurrentRefusalsIsNews() throws Exception {
        LoginRateLimiter slow = new LoginRateLimiter(LoginPropertiesTest.login(), () -> {
            Thread.yield();
            return nanos.get();
        });
        int count = 0;
        ExecutorService requests = Executors.newFixedThreadPool(8);
        try {
            for (int i = 0; i < 2_000; i++) {
                RateLimitBucket bucket = bucket("10.0." + i / 256 + "." + i % 256);
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
    void remembersAtMostTenThousandNetworks() {
        for (int i = 0; i <= 10_000; i++) {
            limiter.refusal(bucket("10." + i / 65536 + "." + i / 256 % 256 + "." + i % 256), NONE_LEFT);
        }
        assertThat(limiter.rememberedRefusal(bucket("10.0.0.0"))).isNull();
        assertThat(limiter.rememberedRefusal(bucket("10.0.0.1"))).isNotNull();
    }

    private RateLimitBucket bucket(String address) {
        return limiter.bucket(new Caller(address, null, null, null, false));
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
