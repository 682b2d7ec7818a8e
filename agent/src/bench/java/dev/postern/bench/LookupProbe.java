package dev.postern.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What the agent's socketmap answers. */
final class LookupProbe implements EffectWatcher.EffectProbe {

    private final SocketChannel channel;
    private final String map;
    private final ByteBuffer in = ByteBuffer.allocate(1_000);

    LookupProbe(Path socket, String map) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        this.map = map;
    }

    @Override
    public String see(String key) throws IOException {
        String request = map + " " + key;
        ByteBuffer out = ByteBuffer.wrap((request.length() + ":" + request + ",").getBytes(StandardCharsets.US_ASCII));
        while (out.hasRemaining()) {
            channel.write(out);
        }
        in.clear();
        do {
            if (channel.read(in) < 0) {
                throw new EOFException();
            }
        } while (in.get(in.position() - 1) != ',');
        String reply = new String(in.array(), 0, in.position() - 1, StandardCharsets.US_ASCII);
        return reply.substring(reply.indexOf(':') + 1);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
