package dev.postern.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** One POP3 session: in, and out again. */
final class Pop3Client implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 15_000;

    private final Socket socket;
    private final BufferedReader in;

    Pop3Client(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        in.readLine();
    }

    /**
     * Logs in and out.
     *
     * @return nanoseconds from the password until the session has answered; negative when there was none, or no answer
     */
    long login(String user, String password) throws IOException {
        ask("USER " + user);
        long start = System.nanoTime();
        boolean open = isLetIn(password);
        long taken = System.nanoTime() - start;
        if (open) {
            ask("QUIT");
        }
        return open ? taken : -taken;
    }

    private boolean isLetIn(String password) throws IOException {
        try {
            return ask("PASS " + password);
        } catch (SocketTimeoutException silence) {
            return false;
        }
    }

    private boolean ask(String line) throws IOException {
        socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        String answer = in.readLine();
        return answer != null && answer.startsWith("+OK");
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
