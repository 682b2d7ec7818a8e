package dev.postern.socketmap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.core.Answer;
import dev.postern.net.FramingException;
import dev.postern.net.Netstrings;
import dev.postern.testing.ManualTime;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Recorded conversations, replayed whole, byte by byte, and split at every offset. */
class TranscriptTest {

    private static final Map<String, Answer> ANSWERS = Map.of(
            "hit@example.com", new Answer.Found("452 4.2.2 Mailbox is over quota"),
            "full2@example.com", new Answer.Found("452 4.2.2 Mailbox is over quota"),
            "temp@example.com", new Answer.TempFail("database is down"),
            "2001:db8::7", new Answer.Found("OK"));

    @ParameterizedTest
    @MethodSource("transcripts")
    void replays(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        Buffer input = Buffer.buffer(joined(lines, "> "));
        String expected = joined(lines, "< ") + (lines.contains("!") ? "!" : "");

        assertThat(replay(List.of(input))).isEqualTo(expected);
        assertThat(replay(IntStream.range(0, input.length())
                        .mapToObj(i -> input.getBuffer(i, i + 1))
                        .toList()))
                .isEqualTo(expected);
        for (int i = 1; i < input.length(); i++) {
            assertThat(replay(List.of(input.getBuffer(0, i), input.getBuffer(i, input.length()))))
                    .isEqualTo(expected);
        }
    }

    static List<Path> transcripts() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/socketmap"))) {
            return files.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .toList();
        }
    }

    private static String replay(List<Buffer> pieces) {
        Buffer output = Buffer.buffer();
        MeterRegistry meters = new SimpleMeterRegistry();
        ServedMap served = new ServedMap("any", TranscriptTest::answer, meters);
        SocketmapSession session = new SocketmapSession(
                Map.of("quota", served, "pbs", served),
                served,
                new ManualTime(),
                Duration.ofSeconds(2),
                reply -> output.appendBuffer(Netstrings.encode(reply)));
        Netstrings requests = new Netstrings(SocketmapConnection.MAX_REQUEST);
        try {
            for (Buffer piece : pieces) {
                requests.feed(piece);
                for (Buffer request = requests.next(); request != null; request = requests.next()) {
                    session.on(request);
                }
            }
        } catch (FramingException broken) {
            return output + "!";
        }
        return output.toString();
    }

    private static Future<Answer> answer(String key) {
        return Future.succeededFuture(ANSWERS.getOrDefault(key, Answer.MISSING));
    }

    private static String joined(List<String> lines, String mark) {
        StringBuilder text = new StringBuilder();
        lines.stream()
                .filter(line -> line.startsWith(mark))
                .forEach(line -> text.append(line.substring(mark.length())));
        return text.toString();
    }
}
