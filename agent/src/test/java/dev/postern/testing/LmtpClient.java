package dev.postern.testing;

import java.nio.file.Path;

/** Delivers mail over LMTP, as Postfix does. */
public final class LmtpClient {

    private LmtpClient() {}

    /**
     * Delivers one message.
     *
     * @return the server's last reply
     */
    public static String deliver(Path socket, String recipient, String message) {
        try (UnixPeer server = UnixPeer.connect(socket)) {
            reply(server);
            server.send("LHLO postfix.example\r\n");
            reply(server);
            server.send("MAIL FROM:<sender@elsewhere.example>\r\n");
            reply(server);
            server.send("RCPT TO:<" + recipient + ">\r\n");
            String rcpt = reply(server);
            if (!rcpt.startsWith("250")) {
                return rcpt;
            }
            server.send("DATA\r\n");
            reply(server);
            server.send(message.replace("\n", "\r\n") + "\r\n.\r\n");
            return reply(server);
        }
    }

    private static String reply(UnixPeer server) {
        String line = server.readLine();
        while (line.startsWith("-", 3)) {
            line = server.readLine();
        }
        return line.strip();
    }
}
