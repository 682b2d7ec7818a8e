package dev.postern.agent;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * One connection at full speed, and another one when it breaks: sends events of its mailboxes, with many requests under
 * way, and keeps account of every answer.
 */
abstract class LoadClient implements Runnable {

    /** The kind of events of a mailbox. */
    enum EventKind {
        LOGIN,
        SET,
        INCREMENT
    }

    /** A mailbox of which this connection sends one kind of events. */
    record WorkItem(ExpectedRow mailbox, EventKind kind) {}

    /**
     * Sent, and not answered yet.
     *
     * @param number of the login or the set; or the difference
     */
    record SentRequest(WorkItem part, long number) {}

    private static final long RECONNECT_NANOS = 20_000_000;

    /**
     * A server that accepts a connection and closes it is about to stop; each time leaves some events with an unknown
     * fate.
     */
    private static final long UNHEARD_NANOS = 500_000_000;

    private final Path socket;
    private final int window;
    private final List<WorkItem> parts = new ArrayList<>();
    private final Deque<SentRequest> underWay = new ArrayDeque<>();
    private final Random random;
    private volatile boolean stopping;
    private volatile SocketChannel channel;
    private volatile Throwable fault;
    private volatile long sent;
    private volatile long taken;
    private long received;
    private long next;

    LoadClient(Path socket, int window, long seed) {
        this.socket = socket;
        this.window = window;
        this.random = new Random(seed);
    }

    void add(ExpectedRow mailbox, EventKind kind) {
        parts.add(new WorkItem(mailbox, kind));
    }

    /** Sends nothing more; ends when what it has sent is answered. */
    void stop() {
        stopping = true;
    }

    /** What should not have happened; null = nothing. */
    Throwable fault() {
        return fault;
    }

    long sent() {
        return sent;
    }

    /** How much was acknowledged. */
    long taken() {
        return taken;
    }

    @Override
    public void run() {
        try {
            while (!stopping) {
                long before = received;
                talk();
                boolean unheard = received == before && !underWay.isEmpty();
                underWay.forEach(this::lost);
                underWay.clear();
                LockSupport.parkNanos(unheard ? UNHEARD_NANOS : RECONNECT_NANOS);
            }
        } catch (RuntimeException | Error e) {
            fault = e;
        }
    }

    /** How a connection begins. */
    abstract String greeting();

    abstract String request(SentRequest told);

    /** Keeps account of an answer; whether it was a promise. */
    abstract boolean answered(SentRequest told, String answer);

    /** Nothing is known of what has become of it. */
    abstract void lost(SentRequest told);

    /** The server is away. */
    void alone() {}

    /** A login that has not been sent yet. */
    SentRequest nextLogin() {
        List<WorkItem> logins =
                parts.stream().filter(part -> part.kind() == EventKind.LOGIN).collect(Collectors.toList());
        return tell(logins.get(random.nextInt(logins.size())));
    }

    private void talk() {
        try (SocketChannel connected = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            connected.connect(UnixDomainSocketAddress.of(socket));
            channel = connected;
            talk(connected);
        } catch (IOException broken) {
            if (underWay.isEmpty()) {
                alone();
            }
        }
    }

    private void talk(SocketChannel connected) throws IOException {
        BufferedReader answers = new BufferedReader(
                new InputStreamReader(Channels.newInputStream(connected), StandardCharsets.US_ASCII));
        StringBuilder out = new StringBuilder(greeting());
        while (!stopping || !underWay.isEmpty()) {
            while (!stopping && underWay.size() < window) {
                SentRequest fact = tell(nextPart());
                underWay.add(fact);
                out.append(request(fact));
            }
            write(connected, out);
            do {
                read(answers);
            } while (answers.ready() && !underWay.isEmpty());
        }
    }

    /** Only the thread of this connection counts. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void read(BufferedReader answers) throws IOException {
        String answer = answers.readLine();
        if (answer == null) {
            throw new EOFException();
        }
        received++;
        taken += answered(underWay.remove(), answer) ? 1 : 0;
    }

    private static void write(SocketChannel channel, StringBuilder out) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(out.toString().getBytes(StandardCharsets.US_ASCII));
        out.setLength(0);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Each in turn, but nothing of a mailbox of which the last increment is still under way. */
    private WorkItem nextPart() {
        WorkItem part = parts.get((int) (next++ % parts.size()));
        boolean wait = part.kind() == EventKind.INCREMENT
                && underWay.stream().anyMatch(fact -> fact.part().equals(part));
        return wait ? nextPart() : part;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate")
    private SentRequest tell(WorkItem part) {
        sent++;
        return new SentRequest(
                part,
                switch (part.kind()) {
                    case LOGIN -> part.mailbox().nextLogin();
                    case SET -> part.mailbox().nextSet();
                    case INCREMENT -> 1 + random.nextLong(1L << 36);
                });
    }

    /** Breaks the connection, so that nothing waits for ever. */
    void hangUp() throws IOException {
        stopping = true;
        if (channel != null) {
            channel.close();
        }
    }
}
