package dev.tidewatch.login;

import dev.tidewatch.http.Caller;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.camel.Variable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Limits the logins that come from one network, by a token bucket in the database. That a network has been refused is remembered here
 * until it has a token again, so that a flood from it asks the database once a token.
 */
@Component("loginRates")
public class LoginRates {

    private static final int REMEMBERED = 10_000;
    private static final int NETWORK_BYTES = 8;

    private final Map<String, Refused> refused = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Refused> eldest) {
            return size() > REMEMBERED;
        }
    });
    private final long tokenMicros;
    private final long slackMicros;
    private final long reportEvery;
    private final LongSupplier nanos;

    @Autowired
    LoginRates(LoginSettings settings, @Value("${tidewatch.login.report-every}") Duration reportEvery) {
        this(settings, reportEvery, System::nanoTime);
    }

    LoginRates(LoginSettings settings, Duration reportEvery, LongSupplier nanos) {
        tokenMicros = settings.interval().toNanos() / 1000;
        slackMicros = tokenMicros * (settings.burst() - 1);
        this.reportEvery = reportEvery.toNanos();
        this.nanos = nanos;
    }

    /** The bucket of a caller's network. */
    public Bucket bucket(@Variable("caller") Caller caller) {
        return new Bucket(network(caller.ipAddress()), tokenMicros, slackMicros);
    }

    /** The refusal that still holds; null when the database has to be asked. */
    public Refusal lastingRefusal(@Variable("bucket") Bucket bucket) {
        Refused last = refused.get(bucket.network());
        long now = nanos.getAsLong();
        return last == null || last.until - now <= 0 ? null : new Refusal(seconds(last.until - now), false);
    }

    /**
     * What the database says.
     *
     * @param token the row of {@code find-token.sql}
     * @return null when it gave a token
     */
    public Refusal refusal(@Variable("bucket") Bucket bucket, @Variable("token") Map<String, Object> token) {
        if (((Number) token.get("admitted")).intValue() == 1) {
            return null;
        }
        long wait = Math.max(0, ((Number) token.get("waitMicros")).longValue() * 1000);
        // Of requests that are refused at once, one is the news.
        synchronized (refused) {
            Refused before = refused.get(bucket.network());
            long now = nanos.getAsLong();
            boolean isNews = before == null || now - before.reported >= reportEvery;
            refused.put(bucket.network(), new Refused(now + wait, isNews ? now : before.reported));
            return new Refusal(seconds(wait), isNews);
        }
    }

    private static long seconds(long nanos) {
        return nanos / 1_000_000_000 + 1;
    }

    private static String network(String address) {
        try {
            // An address, never a name: it is of the connection, or ClientAddresses has read it.
            if (InetAddress.getByName(address) instanceof Inet6Address ipv6) {
                return InetAddress.getByAddress(Arrays.copyOf(Arrays.copyOf(ipv6.getAddress(), NETWORK_BYTES), 16)).getHostAddress();
            }
        } catch (UnknownHostException e) {
            // Whatever it is, it is somebody's.
        }
        return address;
    }

    /**
     * A network that had no token left.
     *
     * @param until    when there will be one, as {@link System#nanoTime()}
     * @param reported when its last event was made, likewise
     */
    private record Refused(long until, long reported) {
    }
}
