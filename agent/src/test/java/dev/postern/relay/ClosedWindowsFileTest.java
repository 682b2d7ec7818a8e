package dev.postern.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.model.IpAddress;
import dev.postern.testing.TestCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClosedWindowsFileTest {

    @TempDir
    private Path directory;

    @Test
    void readsWhatItWroteLast() throws IOException {
        ClosedWindowsFile file = new ClosedWindowsFile(directory);
        assertThat(file.read()).isEmpty();
        List<RelayWindows.ClosedWindow> closures = List.of(
                new RelayWindows.ClosedWindow(null, Instant.parse("2026-11-23T12:00:00Z")),
                new RelayWindows.ClosedWindow(
                        IpAddress.parse("192.0.2.7"), Instant.parse("2026-11-23T12:00:00.123456789Z")),
                new RelayWindows.ClosedWindow(IpAddress.parse("2001:db8::7"), Instant.parse("2026-11-23T12:00:01Z")));
        file.write(closures);
        assertThat(new ClosedWindowsFile(directory).read()).isEqualTo(closures);
        file.write(closures.subList(0, 1));
        assertThat(file.read()).isEqualTo(closures.subList(0, 1));
        try (var left = Files.list(directory)) {
            assertThat(left).containsExactly(directory.resolve("relay-closed"));
        }
    }

    @Test
    void whatIsNotAFileIsNotOpened() throws IOException {
        Path file = directory.resolve("relay-closed");
        TestCommand.of("mkfifo", file).output();
        assertThatThrownBy(() -> new ClosedWindowsFile(directory).read())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not a regular file");
        Files.delete(file);
        TestCommand.of("mkfifo", directory.resolve("relay-closed.new")).output();
        assertThatThrownBy(() -> new ClosedWindowsFile(directory).write(List.of()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not a regular file");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\n", "nonsense", "2026-11-23T12:00:00Z", "2026-11-23T12:00:00Z 192.0.2", "noon 192.0.2.7", " *"
            })
    void whatIsNotUnderstoodIsAFailure(String line) throws IOException {
        Files.writeString(directory.resolve("relay-closed"), "2026-11-23T12:00:00Z 192.0.2.7\n" + line);
        assertThatThrownBy(() -> new ClosedWindowsFile(directory).read()).isInstanceOf(IOException.class);
    }
}
