package dev.tidewatch.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;

/**
 * What a server answers when each of a number of connections sends a request as soon as it has the response to the previous one.
 *
 * @param p50 median time to the response, in milliseconds
 * @param p99 its 99th percentile, in milliseconds
 */
record HttpLoad(double perSecond, double p50, double p99) {

    private static final int CONNECTIONS = 32;
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");

    /** Requests a path with an access token; one thread with a selector, which costs the shared cores less than a client per connection. */
    static HttpLoad of(URI url, String token, double seconds) throws IOException {
        byte[] request = ("GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n").formatted(url.getPath(), token)
                .getBytes(StandardCharsets.US_ASCII);
        Histogram micros = new Histogram(TimeUnit.MINUTES.toMicros(1), 3);
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < CONNECTIONS; i++) {
                new Connection(selector, new InetSocketAddress(url.getHost(), url.getPort()), ByteBuffer.wrap(request)).send();
            }
            while (System.nanoTime() < end) {
                selector.select(100);
                for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext();) {
                    Connection connection = (Connection) keys.next().attachment();
                    keys.remove();
                    if (connection.receive()) {
                        micros.recordValue((System.nanoTime() - connection.sent) / 1000);
                        connection.send();
                    }
                }
            }
            double elapsed = (System.nanoTime() - start) / 1e9;
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            return new HttpLoad(micros.getTotalCount() / elapsed, micros.getValueAtPercentile(50) / 1e3,
                    micros.getValueAtPercentile(99) / 1e3);
        }
    }

    private static final class Connection {

        private final Selector selector;
        private final InetSocketAddress server;
        private final ByteBuffer request;
        private final ByteBuffer response = ByteBuffer.allocate(16_384);
        private SocketChannel channel;
        private long sent;

        Connection(Selector selector, InetSocketAddress server, ByteBuffer request) throws IOException {
            this.selector = selector;
            this.server = server;
            this.request = request;
            open();
        }

        private void open() throws IOException {
            channel = SocketChannel.open(server);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, this);
        }

        void send() throws IOException {
            sent = System.nanoTime();
            response.clear();
            request.rewind();
            // It is far smaller than the socket's buffer.
            channel.write(request);
        }

        /** Whether the response is complete. */
        boolean receive() throws IOException {
            if (channel.read(response) < 0) {
                // Tomcat by default closes a connection after a hundred requests. The time of the request includes the new connection.
                channel.close();
                open();
                long first = sent;
                send();
                sent = first;
                return false;
            }
            String text = new String(response.array(), 0, response.position(), StandardCharsets.ISO_8859_1);
            int body = text.indexOf("\r\n\r\n") + 4;
            if (body < 4) {
                return false;
            }
            if (!text.startsWith("HTTP/1.1 200")) {
                throw new IOException("Status " + text.substring(0, text.indexOf('\r')));
            }
            Matcher length = LENGTH.matcher(text.substring(0, body - 2));
            return length.find() ? text.length() == body + Integer.parseInt(length.group(1)) : text.endsWith("\r\n0\r\n\r\n");
        }
    }
}
