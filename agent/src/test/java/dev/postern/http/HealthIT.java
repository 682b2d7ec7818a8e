package dev.postern.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.Await;
import dev.postern.testing.LocalDatabaseServer;
import dev.postern.testing.OwnDatabaseServer;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.Ports;
import dev.postern.testing.TestCommand;
import dev.postern.testing.TestDatabase;
import dev.postern.testing.UnixPeer;
import dev.postern.testing.WebPeer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.DoublePredicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Health, readiness and metrics of the packaged agent, while its parts are well and while they are not. */
@ExtendWith(OwnDatabaseServer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HealthIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String LOGIN = "login\tuser=alice@example.org\tip=192.0.2.7\tservice=imap\n";

    private LocalDatabaseServer server;
    private TestDatabase database;
    private Path directory;
    private AgentConfigFile files;
    private PackagedAgent agent;
    private WebPeer peer;

    @BeforeAll
    void startServer(LocalDatabaseServer server) {
        this.server = server;
        database = TestDatabase.on(server, "mail");
        database.execute("INSERT INTO user (email) VALUES ('alice@example.org')");
    }

    @BeforeEach
    void make(@TempDir Path directory) throws IOException {
        this.directory = directory;
        Files.createDirectories(directory.resolve("journal"));
        peer = new WebPeer(Ports.free());
    }

    @AfterEach
    void stop() {
        server.thaw();
        agent.close();
    }

    @Test
    void isAliveAndReadyInEveryPart() {
        startWith(journal() + everySocket());
        assertThat(peer.get("/healthz").body()).isEqualTo("{\"status\":\"alive\"}");
        // Where the first statement is not answered in time, the agent starts without the database.
        awaitPart("mysql", "up");
        HttpResponse<String> ready = peer.get("/readyz");
        assertThat(ready.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(ready.body())).isEqualTo(new JsonObject("""
                {"status":"ready","mysql":"up","journal":"up","spool":"up","sockets":{"dict":"up","events":"up",
                "policy":"up","postlogin.imap":"up","socketmap":"up","warning.over":"up","warning.quota":"up"}}"""));
    }

    @Test
    void isReadyWithoutADatabaseAsLongAsTheJournalCanBeWritten() throws IOException {
        startWith(journal());
        server.freeze();
        tell(LOGIN);
        awaitPart("mysql", "down");
        assertThat(peer.get("/readyz").statusCode()).isEqualTo(200);
        Files.move(directory.resolve("journal"), directory.resolve("away"));
        awaitPart("journal", "down");
        assertThat(peer.get("/readyz").statusCode()).isEqualTo(503);
        assertThat(peer.get("/healthz").statusCode()).isEqualTo(200);
        server.thaw();
        awaitPart("mysql", "up");
        HttpResponse<String> again = peer.get("/readyz");
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(again.body()).getString("journal")).isEqualTo("down");
    }

    @Test
    void isNotReadyWithoutDatabaseAndJournal() {
        startWith("");
        assertThat(part("journal")).isEqualTo("off");
        server.freeze();
        tell(LOGIN);
        awaitPart("mysql", "down");
        assertThat(peer.get("/readyz").statusCode()).isEqualTo(503);
        assertThat(part("status")).isEqualTo("unavailable");
    }

    @Test
    void saysWhichSocketHasGoneAndWhetherTheSpoolIsThere() throws IOException {
        startWith("");
        Files.delete(files.events());
        TestCommand.of("rm", "-r", files.spool()).output();
        awaitPart("spool", "down");
        JsonObject sockets = new JsonObject(peer.get("/readyz").body()).getJsonObject("sockets");
        assertThat(sockets.getString("events")).isEqualTo("down");
        assertThat(sockets.getString("socketmap")).isEqualTo("up");
    }

    @Test
    void countsUnderTheNamesThatDashboardsKnow() {
        startWith(journal() + everySocket());
        assertThat(tell(LOGIN)).isEqualTo("OK");
        tell("nonsense\n");
        ask("quota alice@example.org");
        awaitFigure("postern_flushed_rows_total", rows -> rows == 1);
        // Of the HTTP server's figures this one is the first.
        peer.get("/healthz");
        HttpResponse<String> answer = peer.get("/metrics");
        assertThat(answer.headers().firstValue("content-type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        String figures = answer.body();
        Stream.of(
                        "postern_events_total\\{kind=\"login\",source=\"socket\"} 1.0",
                        "postern_events_rejected_total\\{reason=\"[a-z_]+\"} 1.0",
                        "postern_pending_mailboxes 0.0",
                        "postern_oldest_pending_seconds 0.0",
                        "postern_flush_seconds_count 1",
                        "postern_flushed_rows_total 1.0",
                        "postern_lookup_seconds_count\\{map=\"quota\"} 1",
                        "postern_lookups_total\\{answer=\"missing\",map=\"quota\"} 1.0",
                        "postern_journal_bytes [0-9.]+",
                        "postern_pending_mailboxes_refused_total 0.0",
                        "postern_cached_pages 0.0",
                        "postern_relay_closures_full_total 0.0",
                        "postern_relay_windows 1.0",
                        "postern_mysql_up 1.0",
                        "jvm_memory_used_bytes\\{area=\"heap\",.*",
                        "process_uptime_seconds .*",
                        "process_files_open_files .*",
                        "vertx_http_server_requests_total\\{.*",
                        "vertx_pool_.*")
                .forEach(line -> assertThat(figures).containsPattern(Pattern.compile("(?m)^" + line + "$")));
        assertThat(figures).doesNotContain("example.org").doesNotContain("192.0.2.7");
        assertThat(figures.lines().filter(line -> line.matches("# HELP postern_\\S+\\s*")))
                .as("figures without a meaning")
                .isEmpty();
    }

    @Test
    void tellsForHowLongTheDatabaseHasTakenNothing() {
        startWith(journal());
        awaitFigure("postern_mysql_up", up -> up == 1);
        server.freeze();
        assertThat(tell(LOGIN)).isEqualTo("OK");
        awaitFigure("postern_oldest_pending_seconds", seconds -> seconds > 2);
        assertThat(figure("postern_mysql_up")).isZero();
        assertThat(figure("postern_pending_mailboxes")).isEqualTo(1);
        double before = figure("postern_oldest_pending_seconds");
        assertThat(tell(LOGIN)).isEqualTo("OK");
        assertThat(figure("postern_oldest_pending_seconds")).isGreaterThanOrEqualTo(before);
        server.thaw();
        awaitFigure("postern_oldest_pending_seconds", seconds -> seconds == 0);
        assertThat(figure("postern_mysql_up")).isEqualTo(1);
        assertThat(figure("postern_pending_mailboxes")).isZero();
    }

    @Test
    void stopsSoonWhileSomebodyIsConnected() {
        startWith("");
        peer.get("/healthz");
        assertThat(agent.stop()).isZero();
    }

    @Test
    void refusesToStartOnAPortThatIsTaken() {
        startWith("");
        AgentConfigFile second = AgentConfigFile.of(
                directory,
                directory.resolve("e2"),
                directory.resolve("s2"),
                directory.resolve("l2"),
                database,
                AgentConfigFile.http(directory, peer.port()));
        try (PackagedAgent other = PackagedAgent.launch(second.file())) {
            other.awaitLog(line -> line.contains("cannot start") && line.contains("port " + peer.port()));
            assertThat(other.exitCode()).isEqualTo(69);
        }
    }

    private void startWith(String more) {
        String limits = "[limits]\nmysql_timeout = \"1s\"\n";
        files = AgentConfigFile.in(
                directory,
                directory.resolve("lookup"),
                database,
                more + AgentConfigFile.http(directory, peer.port()) + limits);
        agent = PackagedAgent.start(files.file());
    }

    private String journal() {
        return "[journal]\ndirectory = \"" + directory.resolve("journal") + "\"\n";
    }

    private String everySocket() {
        return """
                [dict]
                socket = "%1$s/dict"
                [postlogin]
                imap = "%1$s/imap"
                [warning]
                quota = "%1$s/quota"
                over = "%1$s/over"
                [policy]
                socket = "%1$s/policy"
                """.formatted(directory);
    }

    private void awaitFigure(String name, DoublePredicate holds) {
        Await.until(() -> holds.test(figure(name)), TIMEOUT, () -> name + " is " + figure(name) + agent.log());
    }

    private double figure(String name) {
        return peer.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    private String part(String name) {
        return new JsonObject(peer.get("/readyz").body()).getString(name);
    }

    private void awaitPart(String name, String state) {
        Await.until(
                () -> part(name).equals(state),
                TIMEOUT,
                () -> peer.get("/readyz").body());
    }

    private String tell(String line) {
        try (UnixPeer events = UnixPeer.connect(files.events())) {
            events.send(line);
            return events.readLine();
        }
    }

    private void ask(String request) {
        try (UnixPeer postfix = UnixPeer.connect(files.socketmap())) {
            postfix.send(request.length() + ":" + request + ",");
            postfix.read(1);
        }
    }
}
