package dev.postern.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.config.AgentConfig;
import dev.postern.database.UntrustedServerException.Distrust;
import dev.postern.schema.JdbcClient;
import dev.postern.testing.Await;
import dev.postern.testing.FakeMysqlServer;
import dev.postern.testing.FakeMysqlServer.Wish;
import dev.postern.testing.RealServers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.mysqlclient.MySQLConnectOptions;
import io.vertx.mysqlclient.SslMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a server gets that is not the one that was expected: neither a file nor a password, by either client. */
class UntrustedServerIT {

    private static final String SECRET = "not-for-everybody";
    private static final String CONTENT = "content of a local file";

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void write() throws Exception {
        file = Files.writeString(directory.resolve("file"), CONTENT);
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @CsvSource({"FILE, LOCAL_FILE", "KEY_EXCHANGE, KEY_EXCHANGE", "CLEAR_PASSWORD, CLEAR_PASSWORD"})
    void isRefusedByTheAgent(Wish wish, Distrust reason) {
        try (FakeMysqlServer server = FakeMysqlServer.onPort(wish, file)) {
            MySQLConnectOptions options = options().setHost("127.0.0.1").setPort(server.port());
            Future<?> answer = link(options, TestTrust.plain(meters)).command("DO 1");
            assertRefused(answer, reason);
            assertThat(server.received()).doesNotContain(CONTENT).doesNotContain(SECRET);
        }
    }

    @ParameterizedTest
    @EnumSource(Wish.class)
    void isRefusedByTheCommands(Wish wish) {
        try (FakeMysqlServer server = FakeMysqlServer.onPort(wish, file)) {
            AgentConfig.MysqlSection where = new AgentConfig.MysqlSection(
                    "127.0.0.1", server.port(), null, "mail", "postern", null, AgentConfig.TlsMode.OFF, null);
            assertThatThrownBy(() -> JdbcClient.source(where, "postern", SECRET, "&connectTimeout=20000")
                            .getConnection())
                    .isInstanceOf(SQLException.class);
            assertThat(server.received()).isNotEmpty().doesNotContain(CONTENT).doesNotContain(SECRET);
        }
    }

    /** The account of this run is always trusted: so another one listens, and it is root that runs this. */
    @Test
    void getsNothingWhereItsAccountIsNotTheSockets() throws Exception {
        RealServers.require("setpriv", "socat");
        Path place = Files.createTempDirectory("pdb");
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path socket = place.resolve("s");
        Path received = place.resolve("received");
        Process listener = new ProcessBuilder(
                        "setpriv",
                        "--reuid=65534",
                        "--clear-groups",
                        "socat",
                        "-u",
                        "UNIX-LISTEN:" + socket + ",fork",
                        "OPEN:" + received + ",creat,append")
                .inheritIO()
                .start();
        try {
            Await.until(() -> Files.exists(socket), Duration.ofSeconds(30), () -> "socat does not listen");
            MySQLConnectOptions options = options().setHost(socket.toString());
            assertRefused(
                    link(options, TestTrust.socket(socket, "mysql", meters)).command("DO 1"), Distrust.SOCKET_OWNER);
            AgentConfig.MysqlSection where = new AgentConfig.MysqlSection(
                    "", 0, socket, "mail", "postern", null, AgentConfig.TlsMode.OFF, null, "mysql", null);
            assertThatThrownBy(() -> JdbcClient.source(where, "postern", SECRET, ""))
                    .hasMessageContaining("belongs to the account nobody");
            Future<?> trusted = link(options, TestTrust.socket(socket, "65534", meters), Duration.ofMillis(200))
                    .command("DO 1");
            assertThatThrownBy(() -> trusted.await(30, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
            assertThat(Files.exists(received) ? Files.readString(received) : "").isEmpty();
        } finally {
            listener.destroy();
            listener.waitFor();
            for (Path left : List.of(socket, received, place)) {
                Files.deleteIfExists(left);
            }
        }
    }

    private void assertRefused(Future<?> answer, Distrust reason) {
        assertThatThrownBy(() -> answer.await(30, TimeUnit.SECONDS))
                .satisfies(
                        failure -> assertThat(DatabaseError.of(failure).text()).startsWith("refused: "))
                .satisfies(failure ->
                        assertThat(DatabaseError.of(failure).isTransient()).isFalse());
        assertThat(meters.get("postern.mysql.servers.refused")
                        .tag("reason", reason.label())
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    private ReconnectingConnection link(MySQLConnectOptions options, ServerTrust trust) {
        return link(options, trust, Duration.ofSeconds(20));
    }

    private ReconnectingConnection link(MySQLConnectOptions options, ServerTrust trust, Duration deadline) {
        return new ReconnectingConnection(vertx, () -> Future.succeededFuture(options), trust, deadline);
    }

    private static MySQLConnectOptions options() {
        return new MySQLConnectOptions()
                .setUser("postern")
                .setPassword(SECRET)
                .setDatabase("mail")
                .setSslMode(SslMode.DISABLED)
                .setPipeliningLimit(8);
    }
}
