package dev.tidewatch.audit;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import java.io.IOException;
import java.io.UncheckedIOException;
import net.logstash.logback.encoder.StreamingEncoder;
import net.logstash.logback.util.ReusableByteBuffer;

/** Writes lines to stdout: each at once, or those of a poll together. Public, because Logback instantiates it by name. */
public class LineAppender extends OutputStreamAppender<ILoggingEvent> {

    /** The name in {@code logback-spring.xml}. */
    static final String NAME = "stdout";
    private static final int BUFFER_BYTES = 1024;

    /** The lines that the thread writes together; null while it writes each at once. */
    private final ThreadLocal<Batch> collecting = new ThreadLocal<>();

    private static final class Batch {

        private final ReusableByteBuffer bytes = new ReusableByteBuffer(BUFFER_BYTES);
        private Exception failure;
    }

    @Override
    public void start() {
        setOutputStream(new Stdout());
        super.start();
    }

    /**
     * Encodes the lines that this thread logs meanwhile, and then writes all of them at once.
     *
     * @throws IllegalStateException when one cannot be encoded; then none is written
     * @throws UncheckedIOException  when stdout refuses them; then some may be out
     */
    void together(Runnable lines) {
        if (collecting.get() != null) {
            lines.run();
            return;
        }
        Batch batch = new Batch();
        collecting.set(batch);
        try {
            lines.run();
        } finally {
            collecting.remove();
        }
        if (batch.failure != null) {
            throw new IllegalStateException("A log line cannot be encoded", batch.failure);
        }
        streamWriteLock.lock();
        try {
            batch.bytes.writeTo(getOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException("stdout refuses log lines", e);
        } finally {
            streamWriteLock.unlock();
        }
    }

    @Override
    @SuppressWarnings("unchecked")
    protected void append(ILoggingEvent event) {
        Batch batch = collecting.get();
        if (batch == null) {
            super.append(event);
        } else if (isStarted() && batch.failure == null) {
            try {
                ((StreamingEncoder<ILoggingEvent>) encoder).encode(event, batch.bytes);
            } catch (IOException | RuntimeException e) {
                batch.failure = e;
            }
        }
    }

    /** Writes a line that nobody waits for. Logback would stop the appender after a failure. */
    @Override
    protected void writeOut(ILoggingEvent event) {
        try {
            super.writeOut(event);
        } catch (IOException e) {
            addError("stdout refuses a log line", e);
        }
    }
}
