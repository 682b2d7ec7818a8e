package dev.postern.postfix.socketmap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.ByteSplits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Recorded conversations, replayed whole, byte by byte, and split at every offset. */
class SocketmapTranscriptTest {

    @ParameterizedTest
    @MethodSource("transcripts")
    void replays(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        String expected = joined(lines, "< ") + (lines.contains("!") ? "!" : "");
        assertThat(ByteSplits.all(sent(lines)))
                .allSatisfy(
                        pieces -> assertThat(SocketmapFixture.replay(pieces)).isEqualTo(expected));
    }

    static List<Path> transcripts() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/socketmap"))) {
            return files.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .toList();
        }
    }

    static byte[] sent(List<String> lines) {
        return joined(lines, "> ").getBytes(StandardCharsets.UTF_8);
    }

    private static String joined(List<String> lines, String mark) {
        StringBuilder text = new StringBuilder();
        lines.stream()
                .filter(line -> line.startsWith(mark))
                .forEach(line -> text.append(line.substring(mark.length())));
        return text.toString();
    }
}
