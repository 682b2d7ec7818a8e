package dev.postern.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.Await;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.Ports;
import dev.postern.testing.RealServers;
import dev.postern.testing.TestCertificates;
import dev.postern.testing.TestCommand;
import dev.postern.testing.TestDatabase;
import dev.postern.testing.WebPeer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The packaged agent's HTTP over a Unix socket, and encrypted. */
@ExtendWith(DatabaseExtension.class)
class TransportIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final String ALIVE = "{\"status\":\"alive\"}";

    @TempDir
    private Path directory;

    @BeforeEach
    void programs() {
        RealServers.require("curl", "openssl");
    }

    @Test
    void listensOnAUnixSocketAndLeavesNone(TestDatabase database) throws IOException {
        Path socket = directory.resolve("http.sock");
        try (PackagedAgent agent = start(database, "socket = \"" + socket + "\"\nmode = \"0600\"\n")) {
            assertThat(run("curl", "-sS", "--unix-socket", socket.toString(), "http://localhost/healthz"))
                    .isEqualTo(ALIVE);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo("rw-------");
            assertThat(agent.stop()).isZero();
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void encryptsAndTakesARenewedCertificateOver(TestDatabase database) throws IOException {
        int port = Ports.free();
        Path certificate = directory.resolve("http.crt");
        Path key = directory.resolve("http.key");
        make("first");
        install("first", certificate, key);
        String http = "listen = \"127.0.0.1:%d\"\ntls_certificate = \"%s\"\ntls_key = \"%s\"\n";
        try (PackagedAgent agent = start(database, http.formatted(port, certificate, key))) {
            assertThat(get("first", port)).isEqualTo(ALIVE);
            assertThat(run("curl", "-sS", "http://127.0.0.1:" + port + "/healthz"))
                    .doesNotContain("alive");
            Files.writeString(key, "nonsense");
            agent.awaitLog(line -> line.contains("certificate cannot be used"));
            assertThat(get("first", port)).isEqualTo(ALIVE);
            make("second");
            install("second", certificate, key);
            Await.until(() -> get("second", port).equals(ALIVE), TIMEOUT, () -> get("second", port));
            assertThat(get("first", port)).doesNotContain("alive");
        }
    }

    @Test
    void saysWhichCertificateItCannotRead(TestDatabase database) throws IOException {
        Path missing = directory.resolve("missing.crt");
        AgentConfigFile files = files(
                database,
                "listen = \"127.0.0.1:%d\"\ntls_certificate = \"%s\"\ntls_key = \"%s\"\n"
                        .formatted(Ports.free(), missing, missing));
        try (PackagedAgent agent = PackagedAgent.launch(files.file())) {
            agent.awaitLog(line -> line.contains("cannot start") && line.contains(missing.toString()));
            assertThat(agent.exitCode()).isEqualTo(69);
        }
    }

    @Test
    void letsNobodyAskTooOften(TestDatabase database) {
        WebPeer peer = new WebPeer(Ports.free());
        String http = "listen = \"127.0.0.1:" + peer.port() + "\"\nrequests_per_second = 1\n";
        try (PackagedAgent agent = start(database, http)) {
            HttpResponse<String> answer = peer.get("/healthz");
            assertThat(answer.statusCode()).isEqualTo(200);
            for (int i = 0; i < 1000 && answer.statusCode() == 200; i++) {
                answer = peer.get("/healthz");
            }
            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(answer.headers().firstValue("retry-after")).hasValue("1");
            awaitTooMany(peer, "OPTIONS", "/api/v1/relay");
            awaitTooMany(peer, "GET", "/api/nothing");
            assertThat(agent.stop()).isZero();
        }
    }

    private static void awaitTooMany(WebPeer peer, String method, String target) {
        int status = 401;
        for (int i = 0; i < 1000 && status == 401; i++) {
            status = peer.ask(method, target).statusCode();
        }
        assertThat(status).as(method + " " + target).isEqualTo(429);
    }

    private PackagedAgent start(TestDatabase database, String http) {
        return PackagedAgent.start(files(database, http).file());
    }

    private AgentConfigFile files(TestDatabase database, String http) {
        return AgentConfigFile.in(
                directory,
                directory.resolve("lookup"),
                database,
                "[http]\ntokens_file = \"" + directory.resolve("tokens") + "\"\n" + http);
    }

    private void make(String name) {
        new TestCertificates(directory).make(name);
    }

    private void install(String name, Path certificate, Path key) throws IOException {
        Files.writeString(certificate, Files.readString(directory.resolve(name + ".crt")));
        Files.writeString(key, Files.readString(directory.resolve(name + ".key")));
    }

    private String get(String trusted, int port) {
        String authority = directory.resolve(trusted + ".crt").toString();
        return run("curl", "-sS", "--cacert", authority, "https://127.0.0.1:" + port + "/healthz");
    }

    private static String run(Object... words) {
        return TestCommand.of(words).run().output();
    }
}
