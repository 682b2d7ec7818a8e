package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.TestDatabase;
import dev.postern.testing.UnixPeer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged agent and misbehaving peers: each gets a clear answer, and no other peer notices. */
@ExtendWith(DatabaseExtension.class)
class BadPeersIT {

    private static final String QUOTA = "quota\tuser=alice@example.org\tbytes=1\tmessages=1\n";

    private final TestDatabase database;
    private AgentConfigFile files;
    private PackagedAgent agent;

    BadPeersIT(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start(@TempDir Path directory) {
        database.execute("DELETE FROM user", "INSERT INTO user (email) VALUES ('alice@example.org')");
        files = AgentConfigFile.in(directory, database);
        agent = PackagedAgent.start(files.file());
    }

    @AfterEach
    void stop() {
        everybodyElseIsServed();
        agent.close();
    }

    @Test
    void hostileNamesReachTheirRowAndNoOther() {
        String hostile = "o'brien\\\"; DROP TABLE user; --@example.org";
        database.execute(
                "INSERT INTO user (email, surname) VALUES ('o\\'brien\\\\\"; DROP TABLE user; --@example.org', 'x')");
        try (UnixPeer peer = UnixPeer.connect(files.events())) {
            peer.send("quota\tuser=" + hostile + "\tbytes=7\tmessages=7\n");
            assertThat(peer.readLine()).isEqualTo("OK");
            peer.send("quota\tuser=j\u00f6rg' OR '1'='1@example.org\tbytes=8\tmessages=8\n");
            assertThat(peer.readLine()).isEqualTo("OK");
        }
        List<Map<String, Object>> rows = database.query("SELECT email FROM user WHERE bytes IS NOT NULL");
        assertThat(rows).hasSize(1);
        assertThat(rows.get(0).get("email").toString()).isEqualToIgnoringCase(hostile);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "login\tuser=alice@example.org\tip=192.0.2.256",
                "login\tuser=alice@example.org\tip=192.0.2",
                "login\tuser=alice@example.org\tip=localhost",
                "login\tuser=alice@example.org\tip=",
                "login\tuser=alice@example.org\tip=::g",
                "login\tuser=alice\tip=192.0.2.7",
                "login\tip=192.0.2.7",
                "login\tuser=alice@example.org\tuser=bob@example.org\tip=192.0.2.7",
                "login\tuser=alice@example.org\tip=192.0.2.7\ttime=99999999999999",
                "quota\tuser=alice@example.org\tbytes=-1",
                "quota\tuser=alice@example.org\tbytes=99999999999999999999",
                "quota\tuser=alice@example.org",
                "quota\tuser=alice@example.org\tbytes=1\u0001",
                "DROP TABLE user;",
                ""
            })
    void whatIsNoEventIsRefusedAndHasNoEffect(String line) {
        try (UnixPeer peer = UnixPeer.connect(files.events())) {
            peer.send(line + "\n" + "quota\tuser=alice@example.org\tmessages=5\n");
            assertThat(peer.readLine()).startsWith("ERR ");
            assertThat(peer.readLine()).isEqualTo("OK");
        }
        Map<String, Object> row =
                database.query("SELECT lastip, bytes, messages FROM user").get(0);
        assertThat(row.get("lastip")).isNull();
        assertThat(row.get("bytes")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-3:abc,",
                "5:quota a@b,",
                "99999999999:",
                "abc",
                "3abc",
                "20000:",
                "\u0000\u0001",
                "GET / HTTP/1.0\r\n"
            })
    void aBrokenNetstringClosesItsConnectionAlone(String broken) {
        try (UnixPeer peer = UnixPeer.connect(files.socketmap())) {
            peer.send(broken).shutdownOutput();
            assertThat(peer.readToEnd()).isEmpty();
        }
    }

    @Test
    void aThousandIdlePeersOnEachSocketDoNotMatter() {
        List<UnixPeer> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 1000; i++) {
                idle.add(UnixPeer.connect(files.events()));
                idle.add(UnixPeer.connect(files.socketmap()));
            }
            everybodyElseIsServed();
        } finally {
            idle.forEach(UnixPeer::close);
        }
    }

    @Test
    void peersThatNeverReadHurtNobody() {
        byte[] requests = "13:quota a@b.org,".repeat(200_000).getBytes(StandardCharsets.UTF_8);
        byte[] lines = QUOTA.repeat(200_000).getBytes(StandardCharsets.UTF_8);
        try (UnixPeer deafPostfix = UnixPeer.connect(files.socketmap());
                UnixPeer deafHook = UnixPeer.connect(files.events())) {
            ByteBuffer asked = ByteBuffer.wrap(requests);
            ByteBuffer told = ByteBuffer.wrap(lines);
            for (int i = 0; i < 200; i++) {
                deafPostfix.offer(asked);
                deafHook.offer(told);
                everybodyElseIsServed();
            }
        }
    }

    @Test
    void aSecondAgentGivesWayAndTheFirstGoesOn() {
        try (PackagedAgent second = PackagedAgent.launch(files.file())) {
            assertThat(second.exitCode()).isEqualTo(69);
            assertThat(second.log()).anyMatch(line -> line.contains("second agent"));
        }
    }

    @Test
    void whatAKilledAgentLeftIsNoHindrance() {
        agent.kill9();
        assertThat(files.events()).exists();
        assertThat(files.socketmap()).exists();
        agent = PackagedAgent.start(files.file());
    }

    /** A hook is answered, and so is Postfix. */
    private void everybodyElseIsServed() {
        try (UnixPeer hook = UnixPeer.connect(files.events());
                UnixPeer postfix = UnixPeer.connect(files.socketmap())) {
            assertThat(hook.send(QUOTA).readLine()).isEqualTo("OK");
            assertThat(postfix.send("26:pop-before-smtp 192.0.2.99,").read(12)).isEqualTo("9:NOTFOUND ,");
        }
    }
}
