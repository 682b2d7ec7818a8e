package dev.postern.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AllSockets;
import dev.postern.testing.Await;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.RealServers;
import dev.postern.testing.TestCommand;
import dev.postern.testing.TestDatabase;
import dev.postern.testing.UnixPeer;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged agent with 64 MiB of heap, and crowds of hostile peers at each of its sockets: a well-behaved peer gets
 * its answers meanwhile, nothing is left of the others when they have gone, and the process is the same.
 */
@ExtendWith(DatabaseExtension.class)
class HostilePeersIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** Requests without end, by socket; each is owed an answer. */
    private static final Map<String, String> TALK = Map.of(
            "events", "quota\tuser=alice@example.org\tbytes=1\tmessages=1\n".repeat(1000),
            "dict", "Lpriv/quota/storage\talice@example.org\n".repeat(1000),
            "lookup", "23:quota alice@example.org,".repeat(1000),
            "policy", AllSockets.request("policy").repeat(500));

    /** Beginnings of something that is within all bounds and never ends. */
    private static final Map<String, String> HALVES = Map.of(
            "events", "quota\tuser=" + "x".repeat(4000),
            "dict", "H3\t2\t0\t\tquota\nL" + "x".repeat(60_000),
            "imap", "VERSION\tscript-login\t1\t0\n" + "x".repeat(60_000),
            "warning", "VERSION\tscript\t4\t0\n-\n" + ("x".repeat(4000) + "\n").repeat(15),
            "lookup", "9999:" + "x".repeat(9000),
            "policy", "recipient=" + "x".repeat(8000) + "\nsender=" + "x".repeat(8000));

    /** Such as a new connection to the database. */
    private static final int OWN_FILES = 3;

    private final TestDatabase database;

    @TempDir
    private Path directory;

    private final List<UnixPeer> crowd = new ArrayList<>();
    private AllSockets sockets;
    private PackagedAgent agent;
    private int filesBefore;

    HostilePeersIT(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void prepare() {
        RealServers.require("prlimit");
        // For the crowds, which are on this side.
        TestCommand.of("prlimit", "--pid", ProcessHandle.current().pid(), "--nofile=20000")
                .output();
        database.execute("DELETE FROM user", "INSERT INTO user (email) VALUES ('alice@example.org')");
    }

    /** Nothing is left of any peer, and all is as before. */
    @AfterEach
    void everythingIsAsBefore() {
        try {
            leave();
            Await.until(
                    () -> agent.openFiles() <= filesBefore + OWN_FILES,
                    TIMEOUT,
                    () -> agent.openFiles() + " files open, " + filesBefore + " before");
            sockets.isServed();
            assertThat(agent.stop()).isZero();
        } finally {
            agent.close();
        }
    }

    @Test
    void whoIsTooManyIsClosedAtOnce() {
        start("connections = 50");
        for (String name : AllSockets.names()) {
            gather(name, 150);
            sockets.isServedBut(name);
            assertThat(crowd.subList(50, 150))
                    .as(name)
                    .allSatisfy(tooMany -> assertThat(tooMany.readToEnd()).isEmpty());
            leave();
            awaitServed(name);
        }
        assertThat(agent.log()).anyMatch(line -> line.contains("connection refused"));
    }

    @Test
    void noSocketUsesUpTheFilesOfTheOthers() {
        sockets = AllSockets.in(directory, database, "");
        agent = PackagedAgent.start(List.of("prlimit", "--nofile=256"), PackagedAgent.jar(), sockets.config());
        settle();
        assertThat(agent.log()).anyMatch(line -> line.contains("fewer connections"));
        for (String name : AllSockets.names()) {
            gather(name, 400);
            sockets.isServedBut(name);
            leave();
            awaitServed(name);
        }
        assertThat(agent.log()).noneMatch(line -> line.contains("cannot be accepted"));
    }

    @Test
    void tenThousandSilentPeersAreKept() {
        start("connections = 10000");
        for (String name : AllSockets.names()) {
            gather(name, 10_000 / AllSockets.names().size() + 1);
        }
        sockets.isServed();
        int each = crowd.size() / AllSockets.names().size();
        int events = AllSockets.names().indexOf("events") * each;
        for (UnixPeer silent : crowd.subList(events, events + each)) {
            silent.send(AllSockets.request("events"));
        }
        for (UnixPeer silent : crowd.subList(events, events + each)) {
            assertThat(silent.readLine()).isEqualTo("OK");
        }
    }

    @Test
    void whoNeverReadsItsAnswersHurtsNobody() {
        start("connections = 2000");
        TALK.forEach((name, talk) -> {
            gather(name, 300);
            if (name.equals("dict")) {
                crowd.forEach(peer -> peer.send("H3\t2\t0\t\tquota\n"));
            }
            ByteBuffer said = ByteBuffer.wrap(talk.getBytes(UTF_8));
            for (int round = 0; round < 5; round++) {
                each(peer -> peer.offer(said.duplicate()));
                sockets.isServed();
            }
            leave();
        });
    }

    @Test
    void whoNeverEndsWhatItSaysHurtsNobody() {
        start("connections = 2000");
        HALVES.forEach((name, half) -> {
            gather(name, 1000);
            byte[] said = half.getBytes(UTF_8);
            each(peer -> peer.offer(ByteBuffer.wrap(said)));
            sockets.isServed();
            leave();
        });
        assertThat(agent.log()).as("more than there is room for").anyMatch(line -> line.contains("hold too much"));
    }

    @Test
    void whatIsTooLongOrAnotherProtocolIsClosed() {
        start("");
        for (String name : AllSockets.names()) {
            for (String said : List.of(
                    "x".repeat(200_000),
                    "99999999:" + "x".repeat(200_000),
                    "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003" + "\u0000".repeat(600),
                    "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
                try (UnixPeer peer = sockets.connect(name)) {
                    ByteBuffer bytes = ByteBuffer.wrap(said.getBytes(UTF_8));
                    each(peer, talking -> talking.offer(bytes));
                    each(peer, UnixPeer::shutdownOutput);
                    assertThat(peer.readToEnd()).as(name).matches("(ERR .*\n)*|(action=DUNNO\n\n)*");
                }
                sockets.isServedBut(name);
            }
        }
    }

    @Test
    void whatComesByteByByteIsAnswered() {
        start("");
        for (String name : AllSockets.names()) {
            try (UnixPeer slow = sockets.connect(name)) {
                byte[] said = AllSockets.request(name).getBytes(UTF_8);
                for (int i = 0; i < said.length; i++) {
                    slow.send(new byte[] {said[i]});
                    if (i % 16 == 0) {
                        sockets.isServed("lookup");
                    }
                }
                assertThat(slow.read(2)).as(name).isNotEmpty();
            }
        }
    }

    private void start(String limits) {
        sockets = AllSockets.in(directory, database, limits);
        agent = PackagedAgent.start(sockets.config());
        settle();
    }

    /** With everything open that it will have open. */
    private void settle() {
        sockets.isServed();
        filesBefore = agent.openFiles();
    }

    private void gather(String name, int count) {
        for (int i = 0; i < count; i++) {
            crowd.add(sockets.connect(name));
        }
    }

    private void leave() {
        crowd.forEach(UnixPeer::close);
        crowd.clear();
    }

    private void awaitServed(String name) {
        Await.until(
                () -> {
                    try {
                        sockets.isServed(name);
                        return true;
                    } catch (AssertionError | UncheckedIOException notYet) {
                        return false;
                    }
                },
                TIMEOUT,
                () -> name + " serves nobody any more");
    }

    private void each(Consumer<UnixPeer> act) {
        crowd.forEach(peer -> each(peer, act));
    }

    /** A peer that was hung up on has no connection left. */
    private static void each(UnixPeer peer, Consumer<UnixPeer> act) {
        try {
            act.accept(peer);
        } catch (UncheckedIOException hungUpOn) {
            // As it should be.
        }
    }
}
