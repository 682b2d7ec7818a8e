package dev.postern.hooks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server at the events socket that answers each line as the test wants, or not at all. */
final class FakeAgent implements AutoCloseable {

    private static final int BACKLOG = 50;

    private final ServerSocketChannel server;
    private final List<String> answers;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<SocketChannel> peers = new CopyOnWriteArrayList<>();

    private FakeAgent(Path socket, int backlog, List<String> answers) {
        this.answers = answers;
        try {
            this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(socket), backlog);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Answers every line.
     *
     * @param answers the first line's answer, the second's and so on, the last one for all others; when that is empty,
     *     it listens and does not answer
     */
    static FakeAgent answering(Path socket, String... answers) {
        FakeAgent agent = new FakeAgent(socket, BACKLOG, List.of(answers));
        Thread thread = new Thread(agent::serve, "fake-agent");
        thread.setDaemon(true);
        thread.start();
        return agent;
    }

    /** Frozen: the kernel takes a few connections for it, and no more. */
    static FakeAgent frozen(Path socket, int backlog) {
        return new FakeAgent(socket, backlog, List.of(""));
    }

    /** What it received, line by line. */
    List<String> lines() {
        return lines;
    }

    private void serve() {
        try {
            while (server.isOpen()) {
                SocketChannel peer = server.accept();
                peers.add(peer);
                serve(peer);
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void serve(SocketChannel peer) throws IOException {
        StringBuilder heard = new StringBuilder();
        ByteBuffer buffer = ByteBuffer.allocate(8192);
        while (peer.read(buffer.clear()) >= 0) {
            heard.append(new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8));
            for (int end = heard.indexOf("\n"); end >= 0; end = heard.indexOf("\n")) {
                String answer = answers.get(Math.min(lines.size(), answers.size() - 1));
                lines.add(heard.substring(0, end));
                heard.delete(0, end + 1);
                peer.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
            }
        }
        if (!answers.get(answers.size() - 1).isEmpty()) {
            peer.close();
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            for (SocketChannel peer : peers) {
                peer.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
