package dev.postern.postfix.socketmap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.LookupResult;
import dev.postern.testing.SocketmapStub;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What answers may be anything. */
class SocketmapClientIT {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "OK 452 4.2.2 Full|Found[value=452 4.2.2 Full]",
                "'NOTFOUND '|Missing[]",
                "TEMP database away|TempFail[reason=the agent says TEMP: database away]",
                "PERM no such map|TempFail[reason=the agent says PERM: no such map]"
            })
    void understandsEveryReply(String reply, String answer) {
        Path socket = directory.resolve("s");
        try (SocketmapStub stub = SocketmapStub.listen(socket)) {
            stub.answer("quota müller@example.org", reply);
            assertThat(ask(socket)).asString().isEqualTo(answer);
            assertThat(stub.requests()).containsExactly("quota müller@example.org");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP/1.1 400|not a socketmap server",
                "3:abc,|is not a socketmap server",
                "3:OK xx|no comma after a netstring",
                "999999:|netstring too long",
                "9999999999:|no netstring length",
                ":|no netstring length",
                "50:OK|without an answer",
                "''|without an answer"
            })
    void takesNonsenseForATemporaryFailure(String reply, String said) throws IOException {
        Path socket = directory.resolve("s");
        try (ServerSocketChannel server = listen(socket)) {
            Thread peer = new Thread(() -> answer(server, reply), "peer");
            peer.start();
            assertThat(ask(socket))
                    .isInstanceOf(LookupResult.TempFail.class)
                    .asString()
                    .contains(said);
        }
    }

    @Test
    void doesNotWaitForEver() throws IOException {
        Path socket = directory.resolve("s");
        try (ServerSocketChannel silent = listen(socket)) {
            LookupResult answer = new SocketmapClient(socket, Duration.ofMillis(200)).ask("quota", "a@example.org");
            assertThat(answer)
                    .isInstanceOf(LookupResult.TempFail.class)
                    .asString()
                    .contains("no answer from " + socket);
            assertThat(silent.isOpen()).isTrue();
        }
    }

    private static LookupResult ask(Path socket) {
        return new SocketmapClient(socket, Duration.ofSeconds(20)).ask("quota", "müller@example.org");
    }

    private static ServerSocketChannel listen(Path socket) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        return server;
    }

    private static void answer(ServerSocketChannel server, String reply) {
        try (SocketChannel peer = server.accept()) {
            peer.read(ByteBuffer.allocate(1000));
            peer.write(ByteBuffer.wrap(reply.getBytes(UTF_8)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
