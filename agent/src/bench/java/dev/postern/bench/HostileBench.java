package dev.postern.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.testing.AllSockets;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.TestDatabase;
import dev.postern.testing.UnixPeer;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long Postfix waits for a lookup, each on a connection of its own, while peers of the events socket mean it ill.
 */
@ExtendWith(DatabaseExtension.class)
class HostileBench {

    private static final int LOOKUPS = 500;
    private static final int CROWD = 500;
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);

    private final TestDatabase database;
    private AllSockets sockets;

    HostileBench(TestDatabase database) {
        this.database = database;
    }

    /** What the crowd does, over and over, until it is stopped. */
    private interface Attack {
        void once(List<UnixPeer> crowd);
    }

    @Test
    void lookupsMeanwhile(@TempDir Path directory) throws Exception {
        database.execute("INSERT INTO user (email) VALUES ('alice@example.org')");
        sockets = AllSockets.in(directory, database, "connections = 1000");
        try (PackagedAgent agent = PackagedAgent.start(sockets.config())) {
            byte[] talk = AllSockets.request("events").repeat(1000).getBytes(UTF_8);
            new InterleavedRounds(ROUNDS)
                    .timed("nobody", this::lookups)
                    .timed("500 silent peers", () -> meanwhile(CROWD, crowd -> {}))
                    .timed("500 that talk and never read", () -> meanwhile(CROWD, crowd -> offer(crowd, talk)))
                    .timed("connections as fast as they can be made", () -> meanwhile(0, crowd -> connect()))
                    .timed("halves of lines", () -> meanwhile(CROWD, crowd -> offer(crowd, new byte[] {'x'})))
                    .beside("nobody")
                    .run("quota lookups beside");
            agent.stop();
        }
    }

    private long[] meanwhile(int peers, Attack attack) throws InterruptedException {
        List<UnixPeer> crowd = new ArrayList<>();
        AtomicBoolean over = new AtomicBoolean();
        try {
            for (int i = 0; i < peers; i++) {
                crowd.add(sockets.connect("events"));
            }
            Thread attacking = new Thread(
                    () -> {
                        while (!over.get()) {
                            attack.once(crowd);
                        }
                    },
                    "attack");
            attacking.start();
            long[] times = lookups();
            over.set(true);
            attacking.join();
            return times;
        } finally {
            crowd.forEach(UnixPeer::close);
        }
    }

    private long[] lookups() {
        long[] times = new long[LOOKUPS];
        for (int i = 0; i < LOOKUPS; i++) {
            long begin = System.nanoTime();
            sockets.isServed("lookup");
            times[i] = System.nanoTime() - begin;
        }
        return times;
    }

    private void connect() {
        try {
            sockets.connect("events").close();
        } catch (UncheckedIOException refused) {
            // The next one.
        }
    }

    private static void offer(List<UnixPeer> crowd, byte[] said) {
        for (UnixPeer peer : crowd) {
            try {
                peer.offer(ByteBuffer.wrap(said));
            } catch (UncheckedIOException hungUpOn) {
                // As it may be.
            }
        }
    }
}
