package dev.postern.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.config.AgentConfig;
import dev.postern.files.FileWorker;
import dev.postern.schema.JdbcClient;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Over plain TCP MySQL gets a password encrypted for the key in {@code server_public_key_file}, and for no other. */
@Tag("database")
@ExtendWith(DatabaseExtension.class)
class PinnedKeyLoginIT {

    private final TestDatabase database;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Vertx vertx = Vertx.vertx();

    @TempDir
    private Path directory;

    PinnedKeyLoginIT(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void forgetPasswords() {
        Assumptions.assumeFalse(database.isMariaDb(), "MariaDB has no caching_sha2_password");
        // Or the server would take a hash for a password that it knows already.
        database.execute("FLUSH PRIVILEGES");
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    @Test
    void letsTheAgentIn() throws Exception {
        assertThat(select(serversKey()).iterator().next().getInteger(0)).isEqualTo(1);
    }

    @Test
    void letsTheCommandsIn() throws Exception {
        try (Connection connection = JdbcClient.source(where(serversKey()), "postern", password(), "")
                .getConnection()) {
            assertThat(connection.isValid(30)).isTrue();
        }
    }

    @Test
    void anotherKeyLetsNeitherIn() throws Exception {
        KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
        keys.initialize(2048);
        Path other = pem("-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(keys.generateKeyPair().getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n");
        assertThatThrownBy(() -> select(other))
                .satisfies(
                        failure -> assertThat(DatabaseError.of(failure).text()).doesNotContain(password()));
        assertThatThrownBy(() -> JdbcClient.source(where(other), "postern", password(), "")
                        .getConnection())
                .isInstanceOf(SQLException.class);
    }

    private RowSet<Row> select(Path key) throws Exception {
        AgentConfig.MysqlSection where = where(key);
        MysqlOptions options = new MysqlOptions(new FileWorker(vertx, "password", meters), where, "");
        ReconnectingConnection link = new ReconnectingConnection(
                vertx, options::options, new ServerTrust(where, meters), Duration.ofSeconds(20));
        return link.command("SELECT 1").await(30, TimeUnit.SECONDS);
    }

    private Path serversKey() throws Exception {
        return pem(database.query("SHOW STATUS LIKE 'Caching_sha2_password_rsa_public_key'")
                .get(0)
                .get("Value")
                .toString());
    }

    private Path pem(String key) throws Exception {
        return Files.writeString(directory.resolve("key.pem"), key);
    }

    private AgentConfig.MysqlSection where(Path key) throws IOException {
        Path password = Files.writeString(directory.resolve("password"), password());
        return new AgentConfig.MysqlSection(
                database.host(),
                database.port(),
                null,
                database.database(),
                "postern",
                password,
                AgentConfig.TlsMode.OFF,
                null,
                "mysql",
                key);
    }

    private String password() {
        return database.account("postern").password();
    }
}
