package dev.postern.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A dict server, one thread, that replies {@code O} to every commit and does nothing: the upper bound of any
 * measurement.
 */
final class DictStub implements AutoCloseable {

    private final Selector selector = Selector.open();
    private final ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    private final ByteBuffer in = ByteBuffer.allocateDirect(1 << 16);
    private final Thread thread = new Thread(this::serve, "dict-stub");

    DictStub(Path socket) throws IOException {
        listener.bind(UnixDomainSocketAddress.of(socket), 100);
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
        thread.start();
    }

    private void serve() {
        try {
            while (!Thread.interrupted()) {
                selector.select();
                for (SelectionKey key : selector.selectedKeys()) {
                    if (key.isAcceptable()) {
                        listener.accept().configureBlocking(false).register(selector, SelectionKey.OP_READ);
                    } else {
                        answer((SocketChannel) key.channel());
                    }
                }
                selector.selectedKeys().clear();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A commit is the line that begins with C, and nothing else that clients send has that letter. */
    private void answer(SocketChannel peer) throws IOException {
        if (peer.read(in.clear()) < 0) {
            peer.close();
            return;
        }
        StringBuilder answers = new StringBuilder();
        for (int i = 0; i < in.position(); i++) {
            answers.append(in.get(i) == 'C' ? "O1\n" : "");
        }
        ByteBuffer out = ByteBuffer.wrap(answers.toString().getBytes(StandardCharsets.US_ASCII));
        while (out.hasRemaining()) {
            peer.write(out);
        }
    }

    @Override
    public void close() throws IOException {
        thread.interrupt();
        listener.close();
    }
}
