package dev.postern.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/** The way between the agent and its database, which may break just when something is to be committed, or be frozen. */
public final class DatabaseProxy implements AutoCloseable {

    /** What happens to what commits: a batch in one statement, or COMMIT. */
    public enum CommitFate {
        /** It is done and answered. */
        ARRIVES,
        /** It is done, but the connection breaks before the answer. */
        ANSWER_LOST,
        /** The connection breaks before it. */
        LOST
    }

    private final ServerSocket listening;
    private final TestDatabase database;
    private final Supplier<CommitFate> fates;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile CountDownLatch passing = new CountDownLatch(0);

    private DatabaseProxy(TestDatabase database, Supplier<CommitFate> fates) throws IOException {
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.database = database;
        this.fates = fates;
    }

    /**
     * Lays it.
     *
     * @param fates asked for everything that commits, before it is passed on
     */
    public static DatabaseProxy to(TestDatabase database, Supplier<CommitFate> fates) {
        try {
            DatabaseProxy proxy = new DatabaseProxy(database, fates);
            daemon(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A wire on which nothing breaks by itself. */
    public static DatabaseProxy to(TestDatabase database) {
        return to(database, () -> CommitFate.ARRIVES);
    }

    public int port() {
        return listening.getLocalPort();
    }

    /** The database as it is reached by this wire. */
    public TestDatabase database() {
        return new TestDatabase(new DatabaseServer.At(database.server(), port()), database.database());
    }

    /** Connections stay, nothing comes through: to the agent as if the database hung. */
    public void freeze() {
        passing = new CountDownLatch(1);
    }

    /** Now what has waited comes through. */
    public void thaw() {
        passing.countDown();
    }

    @Override
    public void close() {
        thaw();
        closeQuietly(listening);
        sockets.forEach(DatabaseProxy::closeQuietly);
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket agent = listening.accept();
                agent.setTcpNoDelay(true);
                sockets.add(agent);
                daemon(() -> connect(agent));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void connect(Socket agent) {
        try {
            Socket server = new Socket(database.host(), database.port());
            server.setTcpNoDelay(true);
            sockets.add(server);
            new SocketPair(agent, server).open();
        } catch (IOException down) {
            closeQuietly(agent);
        }
    }

    private static void closeQuietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception gone) {
            // Which is what was wanted.
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "database-wire");
        thread.setDaemon(true);
        thread.start();
    }

    private final class SocketPair {

        private final Socket agent;
        private final Socket database;
        private final CommitWatch watch = new CommitWatch();
        private volatile boolean answerIsLost;

        SocketPair(Socket agent, Socket database) {
            this.agent = agent;
            this.database = database;
        }

        void open() {
            daemon(() -> copy(agent, database, true));
            daemon(() -> copy(database, agent, false));
        }

        private void copy(Socket from, Socket to, boolean asks) {
            byte[] buffer = new byte[1 << 16];
            try {
                for (int count = from.getInputStream().read(buffer); count >= 0; ) {
                    if (asks ? breaksAt(buffer, count) : answerIsLost) {
                        break;
                    }
                    passing.await();
                    to.getOutputStream().write(buffer, 0, count);
                    count = from.getInputStream().read(buffer);
                }
            } catch (IOException | InterruptedException gone) {
                // The other direction is to end too.
            }
            closeQuietly(agent);
            closeQuietly(database);
        }

        private boolean breaksAt(byte[] buffer, int count) {
            if (!watch.commits(buffer, count)) {
                return false;
            }
            CommitFate fate = fates.get();
            answerIsLost = fate == CommitFate.ANSWER_LOST;
            return fate == CommitFate.LOST;
        }
    }
}
