package dev.postern.bench;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.LongConsumer;

/** One connection in the dict protocol's dialect 3.2, with several transactions in flight; nothing here ever blocks. */
final class BenchDictConnection implements AutoCloseable {

    /** Written to the server, not yet answered: when. */
    private final Queue<Long> asked = new ArrayDeque<>();

    private final SocketChannel channel;
    private final SelectionKey key;
    private final StringBuilder lines = new StringBuilder();
    private final StringBuilder answer = new StringBuilder();
    private final ByteBuffer in = ByteBuffer.allocateDirect(1 << 16);
    private ByteBuffer out = ByteBuffer.allocate(0);
    private int id;

    BenchDictConnection(Path socket, String dict, Selector selector) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        channel.configureBlocking(false);
        key = channel.register(selector, SelectionKey.OP_READ, this);
        lines.append("H3\t2\t0\t\t").append(dict).append('\n');
    }

    int inFlight() {
        return asked.size();
    }

    /** One more transaction, sent with the next {@link #flush}. */
    void begin(DictWorkload transaction, String user) {
        id++;
        transaction.append(lines, id, user);
        asked.add(System.nanoTime());
    }

    /** Writes what the socket takes; the rest when it can be written to again. */
    void flush() throws IOException {
        if (!out.hasRemaining() && lines.length() > 0) {
            out = ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.US_ASCII));
            lines.setLength(0);
        }
        if (out.hasRemaining()) {
            channel.write(out);
            key.interestOps(out.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        }
    }

    /** Reads what there is and reports, for each answered commit, how many nanoseconds it took. */
    void read(LongConsumer taken) throws IOException {
        if (channel.read(in.clear()) < 0) {
            throw new IOException("dict server has closed with " + asked.size() + " in flight");
        }
        long now = System.nanoTime();
        for (int i = 0; i < in.position(); i++) {
            char next = (char) in.get(i);
            if (next != '\n') {
                answer.append(next);
                continue;
            }
            // Dovecot's own server first gives the request a number: "*1", and then "+1", TAB, answer.
            if (answer.charAt(0) != '*') {
                check();
                taken.accept(now - asked.remove());
            }
            answer.setLength(0);
        }
    }

    private void check() throws IOException {
        int begin = answer.charAt(0) == '+' ? answer.indexOf("\t") + 1 : 0;
        if (answer.charAt(begin) != 'O') {
            throw new IOException("dict server answers " + answer);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
