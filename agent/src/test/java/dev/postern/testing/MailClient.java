package dev.postern.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/**
 * POP3, IMAP and their like as far as a login goes; the first two from any address, as a trusted proxy would forward
 * it.
 */
public final class MailClient implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 60_000;

    private final Socket socket;
    private final BufferedReader in;

    private MailClient(int port) {
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            in.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Connects and reads the first line. */
    public static MailClient open(int port) {
        return new MailClient(port);
    }

    /** Logs in; fails the test when the session does not answer afterwards. */
    public static MailClient pop3(int port, String ip, String user, String password) {
        MailClient client = new MailClient(port);
        client.expect("XCLIENT ADDR=" + ip, "+OK");
        client.expect("USER " + user, "+OK");
        client.expect("PASS " + password, "+OK");
        client.expect("STAT", "+OK");
        return client;
    }

    /** Logs in; fails the test when the session does not answer afterwards. */
    public static MailClient imap(int port, String ip, String user, String password) {
        MailClient client = new MailClient(port);
        client.expect("a0 ID (\"x-originating-ip\" \"" + ip + "\")", "a0 OK");
        client.expect("a1 LOGIN \"" + user + "\" \"" + password + "\"", "a1 OK");
        client.expect("a2 NOOP", "a2 OK");
        return client;
    }

    /** Sends a line and reads until one begins with the prefix. */
    public String expect(String line, String beginning) {
        say(line);
        StringBuilder heard = new StringBuilder();
        try {
            for (String answer = in.readLine(); answer != null; answer = in.readLine()) {
                heard.append(answer).append('\n');
                if (answer.startsWith(beginning)) {
                    return answer;
                }
                if (answer.startsWith("-ERR") || answer.matches("a\\d+ (NO|BAD).*")) {
                    break;
                }
            }
        } catch (IOException e) {
            heard.append(e);
        }
        throw new AssertionError("wanted " + beginning + " for \"" + line + "\", got: " + heard);
    }

    /** Sends a line and waits for nothing. */
    public void say(String line) {
        try {
            socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads until the other side hangs up. Fails the test when it does not. */
    public String heardUntilHungUp() {
        StringBuilder heard = new StringBuilder();
        try {
            for (String answer = in.readLine(); answer != null; answer = in.readLine()) {
                heard.append(answer).append('\n');
            }
        } catch (SocketTimeoutException open) {
            throw new AssertionError("not hung up on after " + heard, open);
        } catch (IOException reset) {
            heard.append("(reset)");
        }
        return heard.toString();
    }

    /** Whether the other side has ended the connection after a logout. */
    public boolean isEnded() {
        try {
            return in.read() < 0;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
