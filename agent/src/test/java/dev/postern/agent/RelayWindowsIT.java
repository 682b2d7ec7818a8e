package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.Await;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.DatabaseProxy;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.Ports;
import dev.postern.testing.RealServers;
import dev.postern.testing.TestCommand;
import dev.postern.testing.TestDatabase;
import dev.postern.testing.UnixPeer;
import dev.postern.testing.WebPeer;
import dev.postern.tokens.Token;
import dev.postern.tokens.TokenRole;
import dev.postern.tokens.TokensFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged agent with a real database and a real postconf: which logins open the relay, for which IP, and until
 * when.
 */
@ExtendWith(DatabaseExtension.class)
class RelayWindowsIT {

    private TestDatabase database;
    private Path directory;
    private AgentConfigFile files;
    private PackagedAgent agent;

    @BeforeEach
    void start(TestDatabase database, @TempDir Path directory) throws IOException {
        RealServers.require("postconf");
        this.database = database;
        this.directory = directory;
        database.execute(
                "DELETE FROM `user`",
                "INSERT INTO `user` (email, surname) VALUES ('alice@example.org', 'a'), ('bob@example.org', 'b')");
        database.execute("INSERT INTO `user` (email, surname, active) VALUES ('closed@example.org', 'c', 'N')");
        Path postfix = Files.createDirectories(directory.resolve("postfix"));
        Files.writeString(postfix.resolve("networks"), "# ours\n198.51.100.0/24\n");
        Files.writeString(postfix.resolve("master.cf"), "");
        Files.writeString(
                postfix.resolve("main.cf"),
                "ours = !198.51.100.9 " + postfix + "/networks\n"
                        + "mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [2001:db8:99::]/48, $ours cidr:/none\n");
        files = AgentConfigFile.in(directory, directory.resolve("lookup"), database, """
                [relay]
                exclude_mynetworks = "%s"
                ipv6_prefix = 64
                [limits]
                cache_time = "500ms"
                """.formatted(postfix));
        agent = PackagedAgent.start(files.file());
    }

    @AfterEach
    void stop() {
        if (agent != null) {
            agent.close();
        }
    }

    @Test
    void whatPostfixTakesForItsOwnNetworksOpensNothing() {
        agent.awaitLog(line -> line.contains("mynetworks excluded from the relay") && line.contains("networks=5"));
        agent.awaitLog(line -> line.contains("level=warn") && line.contains("patterns=cidr:/none"));
        for (String ip : List.of("127.0.0.7", "198.51.100.7", "2001:db8:99::7")) {
            login("alice@example.org", ip);
            assertThat(ask(ip)).as(ip).isEqualTo("NOTFOUND ");
        }
        login("alice@example.org", "198.51.100.9");
        assertThat(ask("198.51.100.9")).isEqualTo("OK OK");
    }

    @Test
    void aPostfixThatDoesNotSayIsAReasonNotToStart() throws IOException {
        agent.stop();
        Files.delete(directory.resolve("postfix/networks"));
        try (PackagedAgent refused = PackagedAgent.launch(files.file())) {
            assertThat(refused.exitCode()).isEqualTo(69);
            assertThat(refused.log())
                    .singleElement()
                    .asString()
                    .contains("relay.exclude_mynetworks: ")
                    .contains("names in mynetworks what this account cannot read: ");
        }
        assertThat(TestCommand.of(
                                Path.of(System.getProperty("java.home"), "bin", "java"),
                                "-jar",
                                PackagedAgent.jar(),
                                "check",
                                "--config",
                                files.file())
                        .run()
                        .output())
                .contains("relay.exclude_mynetworks: ");
    }

    @Test
    void whatAnAdministratorHasClosedStaysClosedOverACrash() throws IOException {
        agent.stop();
        int port = Ports.free();
        Files.createDirectory(directory.resolve("journal"));
        Token.NewToken token = Token.make("admin", TokenRole.WRITE, null);
        new TokensFile(directory.resolve("tokens")).add(token.token());
        files = AgentConfigFile.in(
                directory,
                directory.resolve("lookup"),
                database,
                AgentConfigFile.http(directory, port) + "[journal]\ndirectory = \"" + directory.resolve("journal")
                        + "\"\n");
        agent = PackagedAgent.start(files.file());
        login("alice@example.org", "192.0.2.7");
        login("bob@example.org", "192.0.2.8");
        assertThat(ask("192.0.2.7")).isEqualTo("OK OK");
        assertThat(new WebPeer(port, token.text())
                        .ask("DELETE", "/api/v1/relay/192.0.2.7")
                        .statusCode())
                .isEqualTo(204);
        agent.kill9();
        agent = PackagedAgent.start(files.file());
        Await.until(
                () -> ask("192.0.2.8").equals("OK OK"), Duration.ofSeconds(30), () -> "not read back: " + agent.log());
        assertThat(ask("192.0.2.7")).isEqualTo("NOTFOUND ");
        login("alice@example.org", "192.0.2.7");
        assertThat(ask("192.0.2.7")).isEqualTo("OK OK");
    }

    @Test
    void oneLineForEachWindowAndNoneForWhomMayNot() {
        login("alice@example.org", "192.0.2.7");
        login("alice@example.org", "192.0.2.7");
        login("closed@example.org", "192.0.2.8");
        login("nobody@example.org", "192.0.2.8");
        login("bob@example.org", "2001:db8::7");
        assertThat(ask("192.0.2.7")).isEqualTo("OK OK");
        assertThat(ask("192.0.2.8")).isEqualTo("NOTFOUND ");
        agent.awaitLog(line -> line.contains("rip=2001:db8::7 "));
        assertThat(agent.log().stream()
                        .filter(line -> line.contains("relay window opened"))
                        .map(line -> line.replaceAll("^time=\\S+ |until=\\S+Z$", "")))
                .containsExactly(
                        "level=info event=\"relay window opened\" user=alice@example.org rip=192.0.2.7 service=imap ",
                        "level=info event=\"relay window opened\" user=bob@example.org rip=2001:db8::7 service=imap ");
    }

    @Test
    void anIpv6WindowIsForTheConfiguredPrefixAlsoAfterARestart() {
        login("bob@example.org", "2001:db8::7");
        for (int life = 0; life < 2; life++) {
            assertThat(ask("2001:db8::ffff:0:0:8")).isEqualTo("OK OK");
            assertThat(ask("2001:db8:0:1::7")).isEqualTo("NOTFOUND ");
            assertThat(ask("2001:db8::")).isEqualTo("OK OK");
            agent.stop();
            agent = PackagedAgent.start(files.file());
        }
    }

    /** It has not been asked for before, and MySQL has gone by then. */
    @Test
    void whatWasReadBackAtTheStartNeedsMysqlNoMore() {
        login("alice@example.org", "192.0.2.7");
        agent.stop();
        try (DatabaseProxy proxy = DatabaseProxy.to(database)) {
            files = AgentConfigFile.in(directory, directory.resolve("lookup"), proxy.database(), "");
            agent = PackagedAgent.start(files.file());
            proxy.freeze();
            assertThat(ask("192.0.2.7")).isEqualTo("OK OK");
        }
    }

    @Test
    void aTimeThatIsStillToComeOpensNothingAtTheStart() {
        login("alice@example.org", "192.0.2.7");
        login("bob@example.org", "192.0.2.8");
        agent.stop();
        database.execute("UPDATE `user` SET lasttime = UTC_TIMESTAMP(6) + INTERVAL 1 HOUR WHERE email LIKE 'bob@%'");
        agent = PackagedAgent.start(files.file());
        assertThat(ask("192.0.2.7")).isEqualTo("OK OK");
        assertThat(ask("192.0.2.8")).isEqualTo("NOTFOUND ");
    }

    @Test
    void disablingTheMailboxClosesItsWindow() {
        login("alice@example.org", "192.0.2.7");
        assertThat(ask("192.0.2.7")).isEqualTo("OK OK");
        database.execute("UPDATE `user` SET active = 'N' WHERE email = 'alice@example.org'");
        Await.until(
                () -> ask("192.0.2.7").equals("NOTFOUND "),
                Duration.ofSeconds(30),
                () -> agent.log().toString());
    }

    private void login(String user, String ip) {
        try (UnixPeer hook = UnixPeer.connect(files.events())) {
            assertThat(hook.send("login\tuser=" + user + "\tip=" + ip + "\tservice=imap\n")
                            .readLine())
                    .isEqualTo("OK");
        }
    }

    private String ask(String ip) {
        try (UnixPeer postfix = UnixPeer.connect(files.socketmap())) {
            String request = "pop-before-smtp " + ip;
            return postfix.send(request.length() + ":" + request + ",").readNetstring();
        }
    }
}
