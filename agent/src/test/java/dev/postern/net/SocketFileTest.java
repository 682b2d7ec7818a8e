package dev.postern.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketFileTest {

    @TempDir
    private Path directory;

    private Path socket;

    @BeforeEach
    void name() {
        socket = directory.resolve("s");
    }

    @Test
    void isShownWithItsModeAndLeavesNothingBehind() throws IOException {
        try (SocketFile file = SocketFile.claim(socket);
                ServerSocketChannel server = listen(file.hidden())) {
            assertThat(socket).doesNotExist();
            file.show(0620, null);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo("rw--w----");
            assertThat(file.hidden()).doesNotExist();
            assertThat(server.isOpen()).isTrue();
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aSecondClaimIsRefused() {
        try (SocketFile file = SocketFile.claim(socket)) {
            assertThatThrownBy(() -> SocketFile.claim(socket))
                    .isInstanceOf(ListenException.class)
                    .hasMessageContaining("another process answers on " + socket);
            assertThat(file.hidden()).doesNotExist();
        }
    }

    @Test
    void aSocketThatIsAnsweredIsKept() throws IOException {
        try (ServerSocketChannel other = listen(socket)) {
            assertThatThrownBy(() -> SocketFile.claim(socket)).isInstanceOf(ListenException.class);
            assertThat(socket).exists();
            assertThat(other.isOpen()).isTrue();
        }
    }

    @Test
    void whatACrashedProcessLeftIsReplaced() throws IOException {
        listen(socket).close();
        listen(directory.resolve("s.new")).close();
        assertThat(socket).exists();
        SocketFile.claim(socket).close();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aFileThatIsNotASocketIsKept() throws IOException {
        Files.writeString(socket, "data");
        assertThatThrownBy(() -> SocketFile.claim(socket))
                .isInstanceOf(ListenException.class)
                .hasMessageContaining("remove it");
        assertThat(socket).hasContent("data");
        assertThat(directory.resolve("s.lock")).doesNotExist();
    }

    @Test
    void errorsNameTheRemedy() {
        Path missing = directory.resolve("missing/s");
        assertThatThrownBy(() -> SocketFile.claim(missing))
                .hasMessage("the directory of " + missing + " does not exist: create it");
        assertThatThrownBy(() -> SocketFile.claim(directory.resolve("x".repeat(104))))
                .hasMessageContaining("longer than 103 bytes");
    }

    @Test
    void anUnknownGroupIsReported() throws IOException {
        try (SocketFile file = SocketFile.claim(socket);
                ServerSocketChannel server = listen(file.hidden())) {
            assertThatThrownBy(() -> file.show(0660, "no-such-group"))
                    .isInstanceOf(ListenException.class)
                    .hasMessageContaining("no group \"no-such-group\"");
            assertThat(server.isOpen()).isTrue();
        }
    }

    private static ServerSocketChannel listen(Path path) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        return server;
    }
}
