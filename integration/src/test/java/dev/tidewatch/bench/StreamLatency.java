package dev.tidewatch.bench;

import dev.tidewatch.support.Api;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;

/** The time from sending a record to its receipt by each of many clients of {@code GET /api/events}. */
final class StreamLatency {

    private static final int CLIENTS = 200;
    private static final int EVENTS_A_SECOND = 500;
    private static final int WARM_UP = 15 * EVENTS_A_SECOND;
    private static final int EVENTS = 30 * EVENTS_A_SECOND;
    private static final double LIMIT_MILLIS = 500;

    private final String address;
    private final String brokers;
    /** When each event was sent. */
    private final long[] sent = new long[WARM_UP + EVENTS];

    StreamLatency(String address, String brokers) {
        this.address = address;
        this.brokers = brokers;
    }

    String measure() {
        String token = new Api(address).token();
        List<Client> clients = IntStream.range(0, CLIENTS).mapToObj(i -> new Client(token)).toList();
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(Map.of("bootstrap.servers", brokers), new StringSerializer(),
                new StringSerializer())) {
            clients.forEach(Client::start);
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> clients.stream().allMatch(client -> client.ready));
            long begin = System.nanoTime();
            for (int i = 0; i < sent.length; i++) {
                LockSupport.parkNanos(begin + i * (TimeUnit.SECONDS.toNanos(1) / EVENTS_A_SECOND) - System.nanoTime());
                sent[i] = System.nanoTime();
                producer.send(new ProducerRecord<>("user-events", event(i)));
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            Awaitility.await().atMost(Duration.ofMinutes(1))
                    .until(() -> clients.stream().allMatch(client -> client.ended || client.seen == sent.length));
            double[] millis = clients.stream().flatMapToLong(client -> LongStream.of(client.nanos)).filter(nanos -> nanos > 0)
                    .mapToDouble(nanos -> nanos / 1e6).sorted().toArray();
            double p99 = millis[millis.length / 100 * 99];
            return ("stream: %d clients, %.0f events per second: %d of %d received; p50 %.0f ms, p99 %.0f ms, max %.0f ms; p99 is %.2f "
                    + "of the"
                    + " limit"
                    + " of %.0f ms").formatted(CLIENTS, sent.length / seconds, millis.length, (long) CLIENTS * EVENTS,
                    millis[millis.length / 2], p99, millis[millis.length - 1], p99 / LIMIT_MILLIS, LIMIT_MILLIS);
        } finally {
            clients.forEach(Client::end);
        }
    }

    private static String event(int number) {
        return """
                {"eventId":"%s","timestamp":"2026-01-01T10:30:00.123Z","action":"LOGIN_SUCCESS","userId":7,"username":"stream-%08d",\
                "ipAddress":"172.18.0.1","userAgent":"curl/8","reason":null}""".formatted(UUID.randomUUID(), number);
    }

    /** Reads as fast as it can and parses only the numbers of the events. */
    private final class Client extends Thread {

        private static final byte[] MARK = "\"username\":\"stream-".getBytes(StandardCharsets.US_ASCII);
        private static final int DIGITS = 8;

        private final HttpURLConnection connection;
        private final long[] nanos = new long[EVENTS];
        private volatile boolean ready;
        private volatile boolean ended;
        private volatile boolean over;
        private volatile int seen;

        Client(String token) {
            super("stream-client");
            setDaemon(true);
            try {
                connection = (HttpURLConnection) URI.create(address + "/api/events").toURL().openConnection();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            connection.setRequestProperty("Authorization", "Bearer " + token);
        }

        @Override
        public void run() {
            try (InputStream stream = connection.getInputStream()) {
                byte[] bytes = new byte[64 * 1024];
                int matched = 0;
                int number = 0;
                for (int read = stream.read(bytes); read >= 0 && !over; read = stream.read(bytes)) {
                    ready = true;
                    long now = System.nanoTime();
                    for (int i = 0; i < read; i++) {
                        if (matched >= MARK.length) {
                            number = number * 10 + bytes[i] - '0';
                            matched++;
                            if (matched == MARK.length + DIGITS) {
                                note(number, now);
                                matched = 0;
                                number = 0;
                            }
                        } else if (bytes[i] == MARK[matched]) {
                            matched++;
                        } else {
                            matched = bytes[i] == MARK[0] ? 1 : 0;
                        }
                    }
                }
            } catch (IOException e) {
                // The server has ended the stream; the figures show what is missing.
            } finally {
                ended = true;
            }
        }

        private void note(int number, long now) {
            if (number >= WARM_UP) {
                nanos[number - WARM_UP] = now - sent[number];
            }
            seen++;
        }

        /** Closing the stream would wait for the next event. */
        void end() {
            over = true;
        }
    }
}
