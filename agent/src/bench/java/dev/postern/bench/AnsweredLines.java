package dev.postern.bench;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLongArray;

/** A connection to the events socket on which each line is sent at its moment and each answer's moment is noted. */
final class AnsweredLines implements AutoCloseable {

    private static final long TIMEOUT_MILLIS = 30_000;

    private final SocketChannel channel;
    private final AtomicLongArray due;
    private final long[] taken;
    private final Thread reader = new Thread(this::read, "answers");
    private int sent;
    private int answered;

    AnsweredLines(Path socket, int count) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        due = new AtomicLongArray(count);
        taken = new long[count];
        reader.start();
    }

    void send(String line, long moment) throws IOException {
        due.set(sent++, moment);
        ByteBuffer out = ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII));
        while (out.hasRemaining()) {
            channel.write(out);
        }
    }

    private void read() {
        ByteBuffer in = ByteBuffer.allocate(1 << 16);
        try {
            while (answered < taken.length && channel.read(in.clear()) >= 0) {
                long now = System.nanoTime();
                for (int i = 0; i < in.position(); i++) {
                    if (in.get(i) == '\n') {
                        taken[answered] = now - due.get(answered);
                        answered++;
                    }
                }
            }
        } catch (IOException closed) {
            // The count is what matters.
        }
    }

    /** Once all have been answered. */
    Measurement outcome() throws InterruptedException, IOException {
        reader.join(TIMEOUT_MILLIS);
        if (reader.isAlive() || answered < taken.length) {
            throw new IOException(sent + " lines were sent and not all answered");
        }
        return Measurement.of(taken, due.get(sent - 1) - due.get(0));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
