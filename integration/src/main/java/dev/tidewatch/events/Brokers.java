package dev.tidewatch.events;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** The Kafka brokers, seen from an administrator's side. */
@Component("brokers")
public class Brokers implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(Brokers.class);
    private static final int TIMEOUT_MILLIS = 1500;

    private final Admin admin;
    private volatile boolean reachable;

    Brokers(@Value("${camel.component.kafka.brokers}") String bootstrapServers) {
        admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                AdminClientConfig.CLIENT_ID_CONFIG, "tidewatch-admin",
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 5000));
    }

    Admin admin() {
        return admin;
    }

    /** Asks the brokers for a sign of life, and notes whether one came within one and a half seconds. */
    public void watch() throws InterruptedException {
        try {
            admin.describeCluster(new DescribeClusterOptions().timeoutMs(TIMEOUT_MILLIS)).clusterId()
                    .get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
            note(true);
        } catch (ExecutionException | TimeoutException e) {
            note(false);
        }
    }

    /** Whether a broker answered the newest question. */
    public boolean areReachable() {
        return reachable;
    }

    private void note(boolean answered) {
        if (reachable && !answered) {
            log.warn("Kafka does not answer; events wait in the outbox");
        } else if (!reachable && answered) {
            log.info("Kafka answers");
        }
        reachable = answered;
    }

    @Override
    public void destroy() {
        admin.close(Duration.ofSeconds(1));
    }
}
