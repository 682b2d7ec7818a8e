package dev.postern.bench;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * As many mail processes as wanted, in one thread: connections to a dict server, each with so many commits in flight.
 */
final class DictClient implements AutoCloseable {

    private static final long TIMEOUT_MILLIS = 30_000;

    private final Selector selector = Selector.open();
    private final List<BenchDictConnection> connections = new ArrayList<>();
    private final int depth;
    private int next;

    DictClient(Path socket, String dict, int connections, int depth) throws IOException {
        this.depth = depth;
        for (int i = 0; i < connections; i++) {
            this.connections.add(new BenchDictConnection(socket, dict, selector));
        }
    }

    /**
     * Commits that many, for one user after the other; fails when one is answered by anything but {@code O}.
     *
     * @return how long each took to be answered, in nanoseconds
     */
    long[] commit(DictWorkload transaction, List<String> users, int count) throws IOException {
        DictLoad load = new DictLoad(transaction, users, count);
        for (BenchDictConnection connection : connections) {
            load.fill(connection);
        }
        while (load.answered < count) {
            if (selector.select(TIMEOUT_MILLIS) == 0) {
                throw new IOException("dict server is silent after " + load.answered + " answers");
            }
            for (SelectionKey key : selector.selectedKeys()) {
                BenchDictConnection connection = (BenchDictConnection) key.attachment();
                if (key.isReadable()) {
                    connection.read(load::answered);
                }
                load.fill(connection);
            }
            selector.selectedKeys().clear();
        }
        return load.nanos;
    }

    private final class DictLoad {
        private final DictWorkload transaction;
        private final List<String> users;
        private final long[] nanos;
        private int sent;
        private int answered;

        DictLoad(DictWorkload transaction, List<String> users, int count) {
            this.transaction = transaction;
            this.users = users;
            nanos = new long[count];
        }

        void fill(BenchDictConnection connection) throws IOException {
            while (connection.inFlight() < depth && sent < nanos.length) {
                connection.begin(transaction, users.get(next++ % users.size()));
                sent++;
            }
            connection.flush();
        }

        void answered(long taken) {
            nanos[answered++] = taken;
        }
    }

    @Override
    public void close() throws IOException {
        for (BenchDictConnection connection : connections) {
            connection.close();
        }
        selector.close();
    }
}
