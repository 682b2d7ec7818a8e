package dev.postern.postfix.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.ByteSplits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Conversations, replayed whole, byte by byte, and split at every offset. */
class PolicyTranscriptTest {

    @ParameterizedTest
    @MethodSource("transcripts")
    void replays(Path file) throws IOException {
        String text = Files.readString(file);
        String expected = joined(text, "< ") + (text.contains("\n!\n") ? "!" : "");
        assertThat(ByteSplits.all(sent(file)))
                .allSatisfy(pieces -> assertThat(PolicyFixture.replay(pieces)).isEqualTo(expected));
    }

    static List<Path> transcripts() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/policy"))) {
            return files.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .toList();
        }
    }

    static byte[] sent(Path file) throws IOException {
        return joined(Files.readString(file), "> ").getBytes(UTF_8);
    }

    /** The lines with this mark, each with its LF; what is before the LF may be a CR. */
    private static String joined(String text, String mark) {
        StringBuilder lines = new StringBuilder();
        Stream.of(text.split("\n"))
                .filter(line -> line.startsWith(mark))
                .forEach(line -> lines.append(line.substring(mark.length())).append('\n'));
        return lines.toString();
    }
}
