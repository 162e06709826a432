package dev.tidewatch.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Kafka broker and controller (KRaft) in this JVM, on the loopback address, with its log in a directory. */
public final class EmbeddedBroker implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedBroker.class);
    private static final int NODE_ID = 1;
    /** TiCDC's default, 10 MB. */
    private static final int MAX_MESSAGE_BYTES = 10 * 1024 * 1024;

    private final Path directory;
    private final int port;
    private final Security security;
    private final int securePort;
    private final Map<String, String> settings;
    private KafkaRaftServer server;

    /**
     * A second listener with encryption and authentication: SASL_SSL with SCRAM-SHA-256, SCRAM-SHA-512 or PLAIN.
     *
     * @param certificate a PEM file with the broker's certificate chain
     * @param key a PEM file with its private key, PKCS #8
     * @param username the only user
     * @param password the user's password; with SCRAM the initial one, which an administrator can change
     */
    public record Security(Path certificate, Path key, String username, String password) {
    }

    private EmbeddedBroker(Path directory, int port, Security security, Map<String, String> settings) {
        this.directory = directory;
        this.port = port;
        this.security = security;
        this.securePort = security == null ? 0 : LocalPorts.freePort();
        this.settings = Map.copyOf(settings);
    }

    /**
     * Starts a broker without automatic topic creation; formats an empty directory first.
     *
     * @param directory contains the log segments
     * @param port the port to listen on; if it is busy or 0, a free one
     */
    public static EmbeddedBroker start(Path directory, int port) {
        return start(directory, port, null, Map.of());
    }

    /**
     * Like {@link #start(Path, int)}.
     *
     * @param security adds a second listener at {@link #secureBootstrapServers()}; null: none
     * @param settings override the broker's properties, for example {@code auto.create.topics.enable}
     */
    public static EmbeddedBroker start(Path directory, int port, Security security, Map<String, String> settings) {
        EmbeddedBroker broker = new EmbeddedBroker(directory.toAbsolutePath().normalize(), LocalPorts.freePortOr(port), security, settings);
        broker.start();
        return broker;
    }

    /** Like {@link #bootstrapServers()}, for the second listener. */
    public String secureBootstrapServers() {
        return "localhost:" + securePort;
    }

    /** Address and port for a client's {@code bootstrap.servers}; a restart does not change them. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** Restarts the broker after {@link #stop()}, with the same port and data. */
    public synchronized void start() {
        if (server != null) {
            return;
        }
        long begin = System.nanoTime();
        KafkaConfig configuration = new KafkaConfig(properties(LocalPorts.freePort()));
        if (!Files.exists(directory.resolve("meta.properties"))) {
            format();
        }
        KafkaRaftServer starting = new KafkaRaftServer(configuration, Time.SYSTEM);
        try {
            starting.startup();
        } catch (RuntimeException e) {
            // Its threads would keep the process alive.
            starting.shutdown();
            starting.awaitShutdown();
            throw e;
        }
        server = starting;
        log.info("Kafka listens on {} after {} ms", bootstrapServers(), (System.nanoTime() - begin) / 1_000_000);
    }

    /** Shuts the broker down; its log stays. */
    public synchronized void stop() {
        if (server != null) {
            server.shutdown();
            server.awaitShutdown();
            server = null;
        }
    }

    @Override
    public void close() {
        stop();
    }

    private void format() {
        try {
            Files.createDirectories(directory);
            Formatter formatter = new Formatter()
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(NODE_ID)
                .setDirectories(List.of(directory.toString()))
                .setControllerListenerName("CONTROLLER")
                .setIgnoreFormatted(true)
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream()));
            if (security != null) {
                formatter.setScramArguments(Stream.of("SCRAM-SHA-256", "SCRAM-SHA-512")
                    .map(mechanism -> "%s=[name=%s,password=%s]".formatted(mechanism, security.username(), security.password())).toList());
            }
            formatter.run();
        } catch (Exception e) {
            throw new IllegalStateException("Cannot format " + directory + " for Kafka", e);
        }
    }

    private Properties properties(int controllerPort) {
        Properties properties = new Properties();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", Integer.toString(NODE_ID));
        properties.put("listeners", "PLAINTEXT://" + bootstrapServers() + ",CONTROLLER://127.0.0.1:" + controllerPort);
        properties.put("advertised.listeners", "PLAINTEXT://" + bootstrapServers());
        properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        if (security != null) {
            secure(properties);
        }
        properties.put("inter.broker.listener.name", "PLAINTEXT");
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
        properties.put("log.dirs", directory.toString());
        properties.put("auto.create.topics.enable", "false");
        properties.put("message.max.bytes", Integer.toString(MAX_MESSAGE_BYTES));
        properties.put("group.initial.rebalance.delay.ms", "0");
        for (String topic : Set.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
            properties.put(topic + ".replication.factor", "1");
            properties.put(topic + ".num.partitions", "1");
        }
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("share.coordinator.state.topic.min.isr", "1");
        // Kafka preallocates segments and indexes: small ones need less time and disk space.
        properties.put("log.segment.bytes", Integer.toString(64 * 1024 * 1024));
        properties.put("log.index.size.max.bytes", Integer.toString(1024 * 1024));
        properties.put("offsets.topic.segment.bytes", Integer.toString(4 * 1024 * 1024));
        properties.put("metadata.log.max.record.bytes.between.snapshots", Integer.toString(4 * 1024 * 1024));
        properties.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 * 1024 * 1024));
        properties.put("controlled.shutdown.enable", "true");
        // Each thread wakes up several times per second.
        properties.put("num.io.threads", "2");
        properties.put("num.network.threads", "1");
        properties.put("group.coordinator.threads", "1");
        // By default the broker holds each commit back for 5 ms; a consumer waits for it before its next poll.
        properties.put("group.coordinator.append.linger.ms", "0");
        properties.putAll(settings);
        return properties;
    }

    private void secure(Properties properties) {
        properties.merge("listeners", ",SASL_SSL://" + secureBootstrapServers(), (all, one) -> (String) all + one);
        properties.merge("advertised.listeners", ",SASL_SSL://" + secureBootstrapServers(), (all, one) -> (String) all + one);
        properties.merge("listener.security.protocol.map", ",SASL_SSL:SASL_SSL", (all, one) -> (String) all + one);
        String listener = "listener.name.sasl_ssl.";
        properties.put(listener + "ssl.keystore.type", "PEM");
        properties.put(listener + "ssl.keystore.certificate.chain", text(security.certificate()));
        properties.put(listener + "ssl.keystore.key", text(security.key()));
        properties.put(listener + "sasl.enabled.mechanisms", "SCRAM-SHA-256,SCRAM-SHA-512,PLAIN");
        String module = "org.apache.kafka.common.security.";
        properties.put(listener + "scram-sha-256.sasl.jaas.config", module + "scram.ScramLoginModule required;");
        properties.put(listener + "scram-sha-512.sasl.jaas.config", module + "scram.ScramLoginModule required;");
        properties.put(listener + "plain.sasl.jaas.config",
            module + "plain.PlainLoginModule required user_%s=\"%s\";".formatted(security.username(), security.password()));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }
}
