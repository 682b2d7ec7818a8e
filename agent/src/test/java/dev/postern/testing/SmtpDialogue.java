package dev.postern.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;

/**
 * One SMTP session, spoken line by line. With XCLIENT it is any client in the world; Postfix believes it from the
 * addresses in {@code smtpd_authorized_xclient_hosts}.
 */
public final class SmtpDialogue implements AutoCloseable {

    private static final int TIMEOUT_MS = 30_000;

    private final Socket socket;
    private final BufferedReader in;

    private SmtpDialogue(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
    }

    /** Connects and greets, as the server's own host. */
    public static SmtpDialogue connect(int port) {
        try {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(TIMEOUT_MS);
            SmtpDialogue dialogue = new SmtpDialogue(socket);
            dialogue.readReply();
            dialogue.say("EHLO client.example");
            return dialogue;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * From here on the server takes this session for one from elsewhere.
     *
     * @param ip IPv4 or IPv6 literal
     * @param name the client's verified host name
     */
    public SmtpDialogue as(String ip, String name) {
        String address = ip.indexOf(':') >= 0 ? "IPV6:" + ip : ip;
        String greeting = say("XCLIENT NAME=" + name + " ADDR=" + address);
        if (!greeting.startsWith("220")) {
            throw new IllegalStateException("XCLIENT refused: " + greeting);
        }
        say("EHLO client.example");
        return this;
    }

    /** Waits longer for replies than is usual. */
    public SmtpDialogue patient(Duration patience) {
        try {
            socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The whole reply to one command; the lines of a longer one are joined by LF. */
    public String say(String command) {
        write(command);
        return reply();
    }

    /** A command whose {@link #reply} is to be read later. */
    public void write(String command) {
        try {
            socket.getOutputStream().write((command + "\r\n").getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next reply. */
    public String reply() {
        try {
            return readReply();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String mailFrom(String sender) {
        return say("MAIL FROM:<" + sender + ">");
    }

    /** The same, and declares how long the message will be. */
    public String mailFrom(String sender, long size) {
        return say("MAIL FROM:<" + sender + "> SIZE=" + size);
    }

    public String rcptTo(String recipient) {
        return say("RCPT TO:<" + recipient + ">");
    }

    /** The reply to RCPT in a transaction of its own. */
    public String rcptOnly(String recipient) {
        say("RSET");
        mailFrom("stranger@elsewhere.example");
        return rcptTo(recipient);
    }

    /** A whole message; the reply to its final dot, or the first reply that is not a success. */
    public String send(String sender, String... recipients) {
        String reply = mailFrom(sender);
        for (String recipient : recipients) {
            reply = reply.startsWith("250") ? rcptTo(recipient) : reply;
        }
        return reply.startsWith("250") ? data("Hello.") : reply;
    }

    /** A message with this text, for the accepted recipients; the reply to its final dot, or that to DATA. */
    public String data(String text) {
        String reply = say("DATA");
        return reply.startsWith("354") ? say("Subject: test\r\n\r\n" + text + "\r\n.") : reply;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String readReply() throws IOException {
        StringBuilder whole = new StringBuilder();
        while (true) {
            String line = in.readLine();
            if (line == null) {
                throw new EOFException("connection closed after: " + whole);
            }
            whole.append(line);
            if (line.length() < 4 || line.charAt(3) != '-') {
                return whole.toString();
            }
            whole.append('\n');
        }
    }
}
