package dev.postern.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.config.AgentConfig;
import dev.postern.schema.JdbcClient;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.mysqlclient.MySQLConnectOptions;
import io.vertx.mysqlclient.SslMode;
import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Over its Unix socket a server lets an account with a password in, also one of MySQL whose password it has to be sent.
 */
@Tag("database")
@ExtendWith(DatabaseExtension.class)
class UnixSocketLoginIT {

    private final TestDatabase database;

    UnixSocketLoginIT(TestDatabase database) {
        this.database = database;
    }

    @Test
    void letsBothClientsIn() throws Exception {
        Assumptions.assumeTrue(database.socket() != null, "a server in a container has no Unix socket on this host");
        AgentConfig.MysqlSection where = database.atSocket("postern");
        String password = database.account("postern").password();
        database.execute("FLUSH PRIVILEGES");
        try (Connection connection =
                JdbcClient.source(where, "postern", password, "").getConnection()) {
            assertThat(connection.isValid(30)).isTrue();
        }
        database.execute("FLUSH PRIVILEGES");
        Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
        try {
            MySQLConnectOptions options = new MySQLConnectOptions()
                    .setHost(database.socket().toString())
                    .setUser("postern")
                    .setPassword(password)
                    .setDatabase(database.database())
                    .setSslMode(SslMode.DISABLED)
                    .setPipeliningLimit(8);
            ReconnectingConnection link = new ReconnectingConnection(
                    vertx,
                    () -> Future.succeededFuture(options),
                    TestTrust.socket(database.socket(), where.socketOwner(), new SimpleMeterRegistry()),
                    Duration.ofSeconds(20));
            assertThat(link.command("SELECT 1")
                            .await(30, TimeUnit.SECONDS)
                            .iterator()
                            .next()
                            .getInteger(0))
                    .isEqualTo(1);
        } finally {
            vertx.close().await(30, TimeUnit.SECONDS);
        }
    }
}
