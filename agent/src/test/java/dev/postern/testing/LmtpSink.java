package dev.postern.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** An LMTP server (RFC 2033) instead of Dovecot's, which remembers the mail of each recipient. */
public final class LmtpSink implements AutoCloseable {

    /**
     * One message for one recipient.
     *
     * @param sender of the envelope, empty for a bounce
     */
    public record Delivery(String sender, String recipient, String message) {}

    private final Path path;
    private final ServerSocketChannel server;
    private final List<Delivery> deliveries = new CopyOnWriteArrayList<>();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();

    private LmtpSink(Path path, ServerSocketChannel server) {
        this.path = path;
        this.server = server;
    }

    /** Listens at the path, open to every process that can reach it. */
    static LmtpSink listen(Path path) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path), 64);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
        LmtpSink sink = new LmtpSink(path, server);
        daemon(sink::accept);
        return sink;
    }

    /** What was delivered since the last {@link #forget}, in any order. */
    public List<Delivery> deliveries() {
        return List.copyOf(deliveries);
    }

    /** The recipients of {@link #deliveries}, one for each copy. */
    public List<String> recipients() {
        return deliveries.stream().map(Delivery::recipient).toList();
    }

    /** From now on this recipient does not exist, for good or until {@link #forget}. */
    public void refuse(String recipient) {
        refused.add(recipient);
    }

    public void forget() {
        deliveries.clear();
        refused.clear();
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(path);
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "lmtp-sink");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                daemon(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            new LmtpSession(client).run();
        } catch (IOException | UncheckedIOException gone) {
            // The client hung up; whatever it had not finished was not delivered.
        }
    }

    private final class LmtpSession {

        private final BufferedReader in;
        private final OutputStream out;
        private String sender = "";
        private final List<String> recipients = new ArrayList<>();

        LmtpSession(SocketChannel client) {
            in = new BufferedReader(new InputStreamReader(Channels.newInputStream(client), ISO_8859_1));
            out = Channels.newOutputStream(client);
        }

        void run() throws IOException {
            answer("220 sink LMTP");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                switch (line.substring(0, Math.min(4, line.length())).toUpperCase(Locale.ROOT)) {
                    case "LHLO" -> answer("250-sink\r\n250 8BITMIME");
                    case "MAIL" -> mail(address(line));
                    case "RCPT" -> rcpt(address(line));
                    case "DATA" -> data();
                    case "QUIT" -> answer("221 bye");
                    default -> answer("250 ok");
                }
            }
        }

        private void mail(String address) throws IOException {
            sender = address;
            recipients.clear();
            answer("250 ok");
        }

        private void rcpt(String address) throws IOException {
            if (refused.contains(address)) {
                answer("550 5.1.1 no such mailbox");
            } else {
                recipients.add(address);
                answer("250 ok");
            }
        }

        private void data() throws IOException {
            answer("354 go on");
            StringBuilder message = new StringBuilder();
            for (String line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
                message.append(line).append('\n');
            }
            for (String recipient : recipients) {
                deliveries.add(new Delivery(sender, recipient, message.toString()));
                answer("250 delivered");
            }
        }

        private void answer(String text) throws IOException {
            out.write((text + "\r\n").getBytes(ISO_8859_1));
        }

        private static String address(String line) {
            return line.substring(line.indexOf('<') + 1, line.lastIndexOf('>'));
        }
    }
}
