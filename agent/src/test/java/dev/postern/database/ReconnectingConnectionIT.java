package dev.postern.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.mysqlclient.MySQLConnectOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A link to servers that do not behave as one should. */
class ReconnectingConnectionIT {

    private final Vertx vertx = Vertx.vertx();
    private ServerSocket server;
    private MySQLConnectOptions options;

    @BeforeEach
    void open() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server.setSoTimeout(30_000);
        options = new MySQLConnectOptions()
                .setHost("127.0.0.1")
                .setPort(server.getLocalPort())
                .setUser("postern")
                .setDatabase("mail");
    }

    @AfterEach
    void close() throws Exception {
        server.close();
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    /** One that hangs for hours would else cost a socket for each try, here and there. */
    @Test
    void leavesNoSocketBehindAtAServerThatSaysNothing() throws Exception {
        ReconnectingConnection connection = link(Duration.ofMillis(200));
        for (int i = 0; i < 3; i++) {
            Future<?> answer = connection.command("DO 1");
            try (Socket accepted = server.accept()) {
                accepted.setSoTimeout(30_000);
                assertThat(accepted.getInputStream().read()).isEqualTo(-1);
            }
            assertThatThrownBy(() -> answer.await(30, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
        }
    }

    @Test
    void saysWhatMayBeMeantWhenItIsTurnedAwayInPlaceOfAGreeting() throws Exception {
        Future<?> answer = link(Duration.ofSeconds(20)).command("DO 1");
        try (Socket accepted = server.accept()) {
            byte[] said = "\u0017\0\0\0\u00ff\u0010\u0004Too many connections".getBytes(StandardCharsets.ISO_8859_1);
            accepted.getOutputStream().write(said);
        }
        assertThatThrownBy(() -> answer.await(30, TimeUnit.SECONDS))
                .satisfies(
                        failure -> assertThat(DatabaseError.of(failure).text()).contains("max_connections"))
                .satisfies(failure ->
                        assertThat(DatabaseError.of(failure).isTransient()).isFalse());
    }

    private ReconnectingConnection link(Duration deadline) {
        return new ReconnectingConnection(vertx, () -> Future.succeededFuture(options), TestTrust.plain(), deadline);
    }
}
