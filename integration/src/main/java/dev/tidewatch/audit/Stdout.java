package dev.tidewatch.audit;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/**
 * The stdout of the process, which reports failures; {@link System#out} hides them. If a test has replaced {@code System.out}, the lines go
 * there.
 */
final class Stdout extends OutputStream {

    private final OutputStream file;
    /** Whether the last write may have ended inside a line. */
    private boolean endsInsideALine;

    Stdout() {
        this(new FileOutputStream(FileDescriptor.out));
    }

    /** @param file where the lines go unless {@code System.out} is replaced */
    Stdout(OutputStream file) {
        this.file = file;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        PrintStream out = System.out;
        if (out.getClass() != PrintStream.class) {
            out.write(bytes, offset, length);
            out.flush();
            return;
        }
        if (endsInsideALine) {
            file.write('\n');
        }
        endsInsideALine = true;
        file.write(bytes, offset, length);
        endsInsideALine = false;
    }
}
