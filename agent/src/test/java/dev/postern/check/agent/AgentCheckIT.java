package dev.postern.check.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.check.report.CheckReport;
import dev.postern.check.report.Finding;
import dev.postern.config.AgentConfig;
import dev.postern.config.ConfigFile;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What listens where the agent should may be anything. */
class AgentCheckIT {

    @TempDir
    private Path directory;

    private AgentConfig config;

    @BeforeEach
    void configure() throws IOException {
        Path file = Files.writeString(directory.resolve("postern.toml"), """
                [mysql]
                [events]
                socket = "%1$s/events"
                [dict]
                socket = "%1$s/dict"
                [socketmap]
                socket = "%1$s/lookup"
                """.formatted(directory));
        config = ((ConfigFile.AcceptedConfig) ConfigFile.read(file, Map.of())).config();
    }

    @Test
    void oneThatBreaksOffDoesNotAnswer() throws IOException {
        try (ServerSocketChannel events = listen("events");
                ServerSocketChannel dict = listen("dict");
                ServerSocketChannel lookup = listen("lookup")) {
            assertThat(List.of(dict, lookup)).allMatch(ServerSocketChannel::isOpen);
            new Thread(() -> breakOff(events), "peer").start();
            assertThat(found()).singleElement().asString().startsWith("DIR/events: does not answer: ");
        }
    }

    @Test
    void eachSocketWhereNobodyListensIsTold() throws IOException {
        try (ServerSocketChannel lookup = listen("lookup")) {
            new Thread(() -> breakOff(lookup), "peer").start();
            assertThat(found())
                    .singleElement()
                    .asString()
                    .startsWith("the agent: does not listen at DIR/events, as events.socket has it; does not listen at"
                            + " DIR/dict, as dict.socket has it; DIR/lookup: does not answer: ")
                    .endsWith("; systemctl restart postern");
        }
    }

    private List<String> found() {
        CheckReport report = new CheckReport();
        assertThat(new AgentCheck(config, report).examine()).isFalse();
        return report.findings().stream()
                .map(Finding::toString)
                .map(line -> line.replace(directory.toString(), "DIR"))
                .toList();
    }

    private ServerSocketChannel listen(String name) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(directory.resolve(name)));
        return server;
    }

    /** What has not been read when a socket is closed resets the connection. */
    private static void breakOff(ServerSocketChannel server) {
        while (server.isOpen()) {
            try (SocketChannel peer = server.accept()) {
                peer.read(ByteBuffer.allocate(1));
            } catch (ClosedChannelException end) {
                return;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
