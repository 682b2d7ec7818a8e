package dev.postern.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.files.FileWorker;
import dev.postern.testing.Await;
import dev.postern.testing.CapturedLog;
import dev.postern.testing.TestCommand;
import dev.postern.tokens.Token;
import dev.postern.tokens.TokenRole;
import dev.postern.tokens.TokensFile;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenAuthenticatorTest {

    private final Vertx vertx = Vertx.vertx();

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        vertx.close().await();
    }

    /** A pipe that has no writer yet, in place of a disk that hangs. */
    @Test
    void aFileThatHangsKeepsNothingUpAndIsReadLater() throws IOException {
        Token.NewToken token = Token.make("web", TokenRole.READ, null);
        Path written = directory.resolve("written");
        new TokensFile(written).add(token.token());
        Path file = directory.resolve("tokens");
        TestCommand.of("mkfifo", file).output();
        TokenAuthenticator authenticator =
                new TokenAuthenticator(vertx, file, new FileWorker(vertx, "tokens", new SimpleMeterRegistry()));
        try (CapturedLog log = CapturedLog.of(TokenAuthenticator.class)) {
            authenticator.start().await();
            assertThat(log.take()).singleElement().asString().contains("no tokens yet: the API is closed");
            assertThat(authenticator.find(token.text())).isNull();

            Files.write(file, Files.readAllBytes(written));
            Await.until(
                    () -> authenticator.find(token.text()) != null,
                    Duration.ofSeconds(20),
                    () -> log.take().toString());
        }
        authenticator.close().await();
    }
}
