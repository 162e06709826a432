package dev.tidewatch.kafka;

import dev.tidewatch.Since;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/** Watches whether a Kafka broker is reachable. */
@Component("brokers")
public class Brokers implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(Brokers.class);
    private static final int TIMEOUT_MILLIS = 1500;

    private static final String UNREACHABLE = "Kafka is unreachable; events wait in the outbox";

    private final KafkaClients clients;
    private Admin admin;
    private final Since<Boolean> reachable = new Since<>(false, Clock.systemUTC());
    /** The last message logged. Initially UNREACHABLE, so that brokers that are still starting are not reported. */
    private String reported = UNREACHABLE;

    Brokers(KafkaClients clients) {
        this.clients = clients;
    }

    /**
     * The shared admin client. Its calls fail after 5 seconds without an answer.
     *
     * @throws KafkaException when no name in KAFKA_BROKERS resolves
     */
    public synchronized Admin admin() {
        if (admin == null) {
            admin = clients.newAdmin(Map.of(
                    AdminClientConfig.CLIENT_ID_CONFIG, "tidewatch-admin",
                    AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS,
                    AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 5000));
        }
        return admin;
    }

    /** Records whether a broker answers within 1.5 seconds, and logs each change. */
    public void watch() throws InterruptedException {
        try {
            admin().describeCluster(new DescribeClusterOptions().timeoutMs(TIMEOUT_MILLIS)).clusterId()
                    .get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
            if (!areReachable()) {
                List<String> names = unresolvedNames();
                report(names.isEmpty() ? Level.INFO : Level.WARN,
                        "Kafka is reachable" + (names.isEmpty() ? "" : "; KAFKA_BROKERS" + doNotResolve(names)));
            }
            reachable.see(true);
        } catch (KafkaException e) {
            log.debug("The client cannot be built", e);
            reachable.see(false);
            List<String> names = unresolvedNames();
            report(Level.WARN, names.isEmpty() ? UNREACHABLE : "KAFKA_BROKERS" + doNotResolve(names) + ". Events wait in the outbox");
        } catch (ExecutionException | TimeoutException e) {
            reachable.see(false);
            if (e.getCause() instanceof SslAuthenticationException) {
                report(Level.ERROR,
                        "The certificate of Kafka is not trusted; check KAFKA_SSL_CA and the host names in KAFKA_BROKERS. "
                                + "Events wait in the outbox");
            } else if (e.getCause() instanceof AuthenticationException) {
                report(Level.ERROR,
                        "Kafka rejects the credentials; check KAFKA_USERNAME, KAFKA_PASSWORD and KAFKA_SASL_MECHANISM. "
                                + "Events wait in the outbox");
            } else {
                report(Level.WARN, UNREACHABLE);
            }
        }
    }

    /** Whether a broker answered the last check. */
    public boolean areReachable() {
        return reachable.seen().state();
    }

    /** Whether a broker answered the last check, and since when that has been the case. */
    public Since.Seen<Boolean> seen() {
        return reachable.seen();
    }

    private static String doNotResolve(List<String> names) {
        return " has a name that does not resolve; check it: " + String.join(", ", names);
    }

    /** The names in KAFKA_BROKERS that do not resolve. Kafka ignores them while another one resolves. */
    private List<String> unresolvedNames() {
        return Arrays.stream(clients.brokers().split(",")).map(String::trim).map(Utils::getHost).filter(Objects::nonNull)
                .filter(Brokers::isUnresolved).distinct().toList();
    }

    private static boolean isUnresolved(String host) {
        try {
            InetAddress.getByName(host);
            return false;
        } catch (UnknownHostException e) {
            return true;
        }
    }

    private void report(Level level, String message) {
        if (!message.equals(reported)) {
            log.atLevel(level).log(message);
            reported = message;
        }
    }

    @Override
    public synchronized void destroy() {
        if (admin != null) {
            admin.close(Duration.ofSeconds(1));
        }
    }
}
