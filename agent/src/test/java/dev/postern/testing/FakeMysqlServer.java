package dev.postern.testing;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server on this host that begins the MySQL protocol, and then asks its client for what no server should get. It
 * keeps every packet that it gets.
 */
public final class FakeMysqlServer implements AutoCloseable {

    /** What it does once the client has introduced itself. */
    public enum Wish {
        /** A packet for a request of a file, in place of the answer to the first statement. */
        FILE,
        /** The password for a key, which it would send. */
        KEY_EXCHANGE,
        /** The password as it is. */
        CLEAR_PASSWORD
    }

    private static final byte[] OK = {0, 0, 0, 2, 0, 0, 0};

    private final ServerSocketChannel listening;
    private final Wish wish;
    private final String file;
    private final List<byte[]> received = new CopyOnWriteArrayList<>();

    private FakeMysqlServer(ServerSocketChannel listening, SocketAddress address, Wish wish, String file)
            throws IOException {
        this.listening = listening.bind(address);
        this.wish = wish;
        this.file = file;
        Thread thread = new Thread(this::accept, "fake-mysql");
        thread.setDaemon(true);
        thread.start();
    }

    /** One on a port of the loopback interface. */
    public static FakeMysqlServer onPort(Wish wish, Path file) {
        try {
            return new FakeMysqlServer(
                    ServerSocketChannel.open(),
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    wish,
                    file.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static FakeMysqlServer onSocket(Path socket, Wish wish) {
        try {
            return new FakeMysqlServer(
                    ServerSocketChannel.open(StandardProtocolFamily.UNIX),
                    UnixDomainSocketAddress.of(socket),
                    wish,
                    "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        try {
            return ((InetSocketAddress) listening.getLocalAddress()).getPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All payloads so far, one behind the other, byte by byte as a character. */
    public String received() {
        StringBuilder all = new StringBuilder();
        received.forEach(packet -> all.append(new String(packet, StandardCharsets.ISO_8859_1)));
        return all.toString();
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        while (listening.isOpen()) {
            try {
                SocketChannel client = listening.accept();
                Thread thread = new Thread(() -> serve(client), "fake-mysql-session");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            DataInputStream in = new DataInputStream(Channels.newInputStream(client));
            OutputStream out = Channels.newOutputStream(client);
            send(out, 0, greeting());
            receive(in);
            switch (wish) {
                case FILE -> askForFile(in, out);
                case KEY_EXCHANGE -> {
                    send(out, 2, plugin("caching_sha2_password"));
                    receive(in);
                    send(out, 4, new byte[] {1, 4});
                }
                case CLEAR_PASSWORD -> send(out, 2, plugin("mysql_clear_password"));
            }
            while (true) {
                receive(in);
            }
        } catch (IOException closed) {
            // The client has gone, which is what is waited for.
        }
    }

    private void askForFile(DataInputStream in, OutputStream out) throws IOException {
        send(out, 2, OK);
        receive(in);
        byte[] name = file.getBytes(StandardCharsets.UTF_8);
        byte[] request = new byte[name.length + 1];
        request[0] = (byte) 0xFB;
        System.arraycopy(name, 0, request, 1, name.length);
        send(out, 1, request);
    }

    private void receive(InputStream in) throws IOException {
        byte[] header = in.readNBytes(4);
        if (header.length < 4) {
            throw new IOException("end");
        }
        int length = Byte.toUnsignedInt(header[0]) | Byte.toUnsignedInt(header[1]) << 8;
        received.add(in.readNBytes(length));
    }

    private static void send(OutputStream out, int sequence, byte[] payload) throws IOException {
        byte[] packet = new byte[payload.length + 4];
        packet[0] = (byte) payload.length;
        packet[1] = (byte) (payload.length >> 8);
        packet[3] = (byte) sequence;
        System.arraycopy(payload, 0, packet, 4, payload.length);
        out.write(packet);
        out.flush();
    }

    private static byte[] greeting() throws IOException {
        ByteArrayOutputStream greeting = new ByteArrayOutputStream();
        greeting.write(10);
        greeting.write("8.0.0-fake\0".getBytes(StandardCharsets.US_ASCII));
        greeting.write(new byte[] {1, 0, 0, 0});
        greeting.write("abcdefgh\0".getBytes(StandardCharsets.US_ASCII));
        // PROTOCOL_41, TRANSACTIONS, SECURE_CONNECTION, CONNECT_WITH_DB, LOCAL_FILES; PLUGIN_AUTH
        greeting.write(new byte[] {(byte) 0x8B, (byte) 0xA2, 45, 2, 0, 8, 0, 21});
        greeting.write(new byte[10]);
        greeting.write("ijklmnopqrst\0".getBytes(StandardCharsets.US_ASCII));
        greeting.write("mysql_native_password\0".getBytes(StandardCharsets.US_ASCII));
        return greeting.toByteArray();
    }

    private static byte[] plugin(String name) {
        return ("\u00fe" + name + "\0abcdefghijklmnopqrst\0").getBytes(StandardCharsets.ISO_8859_1);
    }
}
