package dev.tidewatch.login;

import dev.tidewatch.http.Caller;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.camel.Variable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Limits the logins of each client network with a bucket of permits in the database. A refusal is remembered in memory until the next
 * permit is available, so that a flood from one network queries the database at most once per permit.
 */
@Component("loginRateLimiter")
public class LoginRateLimiter {

    private static final int REMEMBERED = 10_000;
    private static final int NETWORK_BYTES = 8;

    private final Map<String, Refused> refused = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Refused> eldest) {
            return size() > REMEMBERED;
        }
    });
    private final long permitMicros;
    private final long slackMicros;
    private final long reportEvery;
    private final LongSupplier nanos;

    @Autowired
    LoginRateLimiter(LoginProperties settings) {
        this(settings, System::nanoTime);
    }

    LoginRateLimiter(LoginProperties settings, LongSupplier nanos) {
        permitMicros = settings.interval().toNanos() / 1000;
        slackMicros = permitMicros * (settings.burst() - 1);
        reportEvery = settings.reportEvery().toNanos();
        this.nanos = nanos;
    }

    /** The bucket of the caller's network. */
    public RateLimitBucket bucket(@Variable("caller") Caller caller) {
        return new RateLimitBucket(network(caller.ipAddress()), permitMicros, slackMicros);
    }

    /** The refusal that is still in force; null if the database has to decide. */
    public RateLimitRefusal rememberedRefusal(@Variable("rateLimitBucket") RateLimitBucket bucket) {
        Refused last = refused.get(bucket.network());
        long now = nanos.getAsLong();
        return last == null || last.until - now <= 0 ? null : new RateLimitRefusal(seconds(last.until - now), false);
    }

    /**
     * The refusal of a login for which the database had no permit.
     *
     * @param waitMicros until the next permit; not positive or null if there is one by now
     */
    public RateLimitRefusal refusal(@Variable("rateLimitBucket") RateLimitBucket bucket, @Variable("waitMicros") Long waitMicros) {
        long wait = waitMicros == null ? 0 : Math.max(0, waitMicros * 1000);
        // Only one of several concurrent refusals is news.
        synchronized (refused) {
            Refused before = refused.get(bucket.network());
            long now = nanos.getAsLong();
            boolean isNews = before == null || now - before.reported >= reportEvery;
            refused.put(bucket.network(), new Refused(now + wait, isNews ? now : before.reported));
            return new RateLimitRefusal(seconds(wait), isNews);
        }
    }

    private static long seconds(long nanos) {
        return nanos / 1_000_000_000 + 1;
    }

    private static String network(String address) {
        try {
            // Always an address, never a name: it comes from the connection or from ClientAddresses.
            if (InetAddress.getByName(address) instanceof Inet6Address ipv6) {
                return InetAddress.getByAddress(Arrays.copyOf(Arrays.copyOf(ipv6.getAddress(), NETWORK_BYTES), 16)).getHostAddress();
            }
        } catch (UnknownHostException e) {
            // Not an IP address: its text identifies the network.
        }
        return address;
    }

    /**
     * A network without a permit.
     *
     * @param until    the time of its next permit, as {@link System#nanoTime()}
     * @param reported the time of its last event, as {@link System#nanoTime()}
     */
    private record Refused(long until, long reported) {
    }
}
