package dev.postern.bench;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Pours lines into the events socket as fast as it takes them and counts the answers. */
final class LineClient implements AutoCloseable {

    private final SocketChannel channel;

    LineClient(Path socket) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
    }

    /**
     * Sends them all and waits for as many answers.
     *
     * @return how many of them were {@code OK}
     */
    int send(String lines, int count) throws IOException, InterruptedException {
        byte[] bytes = lines.getBytes(StandardCharsets.UTF_8);
        Thread writer = new Thread(() -> write(bytes), "bench-writer");
        writer.start();
        int oks = readAnswers(count);
        writer.join();
        return oks;
    }

    private void write(byte[] bytes) {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private int readAnswers(int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        int lines = 0;
        int oks = 0;
        while (lines < count && channel.read(buffer.clear()) >= 0) {
            for (int i = 0; i < buffer.position(); i++) {
                lines += buffer.get(i) == '\n' ? 1 : 0;
                oks += buffer.get(i) == 'O' ? 1 : 0;
            }
        }
        return oks;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
