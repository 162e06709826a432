package dev.tidewatch.kafka;

import dev.tidewatch.Since;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/** The Kafka brokers, seen from an administrator's side. */
@Component("brokers")
public class Brokers implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(Brokers.class);
    private static final int TIMEOUT_MILLIS = 1500;

    private static final String SILENT = "Kafka does not answer; events wait in the outbox";

    private final KafkaClients clients;
    private Admin admin;
    private final Since<Boolean> reachable = new Since<>(false, Clock.systemUTC());
    /** What the newest line said; none is said of brokers that have never answered, because they may be on their way. */
    private String said = SILENT;

    Brokers(KafkaClients clients) {
        this.clients = clients;
    }

    synchronized Admin admin() {
        if (admin == null) {
            admin = clients.admin(Map.of(
                    AdminClientConfig.CLIENT_ID_CONFIG, "tidewatch-admin",
                    AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS,
                    AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 5000));
        }
        return admin;
    }

    /** Asks the brokers for a sign of life, and notes whether one came within one and a half seconds. */
    public void watch() throws InterruptedException {
        try {
            admin().describeCluster(new DescribeClusterOptions().timeoutMs(TIMEOUT_MILLIS)).clusterId()
                    .get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
            reachable.see(true);
            say(Level.INFO, "Kafka answers");
        } catch (ExecutionException | TimeoutException e) {
            reachable.see(false);
            if (e.getCause() instanceof SslAuthenticationException) {
                say(Level.ERROR, "Kafka's certificate is not trusted; check KAFKA_SSL_CA and the names in KAFKA_BROKERS. Events wait in the outbox");
            } else if (e.getCause() instanceof AuthenticationException) {
                say(Level.ERROR, "Kafka refuses the login; check KAFKA_USERNAME, KAFKA_PASSWORD and KAFKA_SASL_MECHANISM. Events wait in the outbox");
            } else {
                say(Level.WARN, SILENT);
            }
        }
    }

    /** Whether a broker answered the newest question. */
    public boolean areReachable() {
        return reachable.seen().state();
    }

    /** Whether a broker answered the newest question, and since when it is so. */
    public Since.Seen<Boolean> seen() {
        return reachable.seen();
    }

    private void say(Level level, String message) {
        if (!message.equals(said)) {
            log.atLevel(level).log(message);
            said = message;
        }
    }

    @Override
    public synchronized void destroy() {
        if (admin != null) {
            admin.close(Duration.ofSeconds(1));
        }
    }
}
