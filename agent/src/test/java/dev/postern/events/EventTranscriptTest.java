package dev.postern.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.core.Intake;
import dev.postern.core.Ledger;
import dev.postern.core.RelayWindows;
import dev.postern.testing.HearingPeer;
import dev.postern.testing.Seeded;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Recorded conversations, replayed whole, byte by byte, and split at every offset; and the law that every line is answered. */
class EventTranscriptTest {

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z"));

    @ParameterizedTest
    @MethodSource("transcripts")
    void replays(Path file) throws IOException {
        List<String> transcript = Files.readAllLines(file);
        byte[] input = input(transcript);
        String expected = expected(transcript);
        boolean closed = transcript.contains("!");

        assertThat(replay(List.of(input), closed)).isEqualTo(expected);
        assertThat(replay(
                        IntStream.range(0, input.length)
                                .mapToObj(i -> new byte[] {input[i]})
                                .toList(),
                        closed))
                .isEqualTo(expected);
        for (int i = 1; i < input.length; i++) {
            List<byte[]> halves = List.of(Arrays.copyOf(input, i), Arrays.copyOfRange(input, i, input.length));
            assertThat(replay(halves, closed)).isEqualTo(expected);
        }
    }

    @Test
    void everyLineGetsOneAnswerInItsTurnWhateverHappensMeanwhile() {
        Random random = Seeded.random();
        for (int run = 0; run < 300; run++) {
            Fixture fixture = new Fixture(1 + random.nextInt(6));
            StringBuilder lines = new StringBuilder();
            StringBuilder expected = new StringBuilder();
            for (int i = random.nextInt(40); i > 0; i--) {
                boolean good = random.nextInt(4) > 0;
                lines.append(good ? "quota\tuser=u" + random.nextInt(5) + "@example.org\tbytes=1\n" : "bad\n");
                expected.append(good ? 'g' : 'b');
            }
            byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
            for (int at = 0; at < bytes.length; ) {
                int to = Math.min(bytes.length, at + 1 + random.nextInt(60));
                fixture.session.read(Arrays.copyOfRange(bytes, at, to));
                at = to;
                fixture.happen(random.nextInt(4));
            }
            fixture.happen(0);
            assertThat(kinds(fixture.peer.take())).isEqualTo(expected.toString());
        }
    }

    @Test
    void garbageIsAnsweredToo() {
        Random random = Seeded.random();
        for (int run = 0; run < 300; run++) {
            Fixture fixture = new Fixture(10);
            byte[] garbage = new byte[random.nextInt(600)];
            random.nextBytes(garbage);
            fixture.session.read(garbage);
            fixture.happen(0);
            long lines = IntStream.range(0, garbage.length)
                    .filter(i -> garbage[i] == '\n')
                    .count();
            assertThat(fixture.peer.take().lines().count()).isEqualTo(lines);
        }
    }

    static List<Path> transcripts() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/events"))) {
            return files.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .toList();
        }
    }

    private static String replay(List<byte[]> pieces, boolean closed) {
        Fixture fixture = new Fixture(100);
        pieces.forEach(fixture.session::read);
        if (closed) {
            fixture.session.end();
        }
        fixture.happen(0);
        return fixture.peer.take() + (fixture.peer.isClosed() ? "!" : "");
    }

    private static byte[] input(List<String> transcript) {
        StringBuilder input = new StringBuilder();
        for (String line : transcript) {
            if (line.startsWith(">> ")) {
                input.append(line.substring(3));
            } else if (line.startsWith("> ")) {
                input.append(line.substring(2)).append('\n');
            }
        }
        return input.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String expected(List<String> transcript) {
        StringBuilder expected = new StringBuilder();
        transcript.stream()
                .filter(line -> line.startsWith("< "))
                .forEach(line -> expected.append(line.substring(2)).append('\n'));
        return expected + (transcript.contains("!") ? "!" : "");
    }

    /** A g for each OK or BUSY, a b for each ERR. */
    private static String kinds(String heard) {
        StringBuilder kinds = new StringBuilder();
        heard.lines().forEach(line -> kinds.append(line.startsWith("ERR") ? 'b' : 'g'));
        return kinds.toString();
    }

    private static final class Fixture {
        final Ledger ledger;
        final Intake intake;
        final HearingPeer peer = new HearingPeer();
        final EventSession session;

        Fixture(int room) {
            ledger = new Ledger(room, 1, 1);
            intake = new Intake(ledger, new RelayWindows(Duration.ofMinutes(1), List.of(), 10), CLOCK);
            session = new EventSession(peer, intake, CLOCK, new EventCounters(new SimpleMeterRegistry(), "socket"));
            intake.listen(new Intake.Listener() {
                @Override
                public void settled(long upTo) {
                    session.settled(upTo);
                }

                @Override
                public void stalled() {
                    session.stalled();
                }
            });
        }

        /** 0: all is written; 1: one batch is; 2: the database goes away; 3: nothing. */
        void happen(int what) {
            switch (what) {
                case 0 -> {
                    while (ledger.take() != null) {
                        ledger.confirm();
                    }
                    intake.flushed();
                }
                case 1 -> {
                    if (ledger.take() != null) {
                        ledger.confirm();
                        intake.flushed();
                    }
                }
                case 2 -> intake.stall();
                default -> {}
            }
        }
    }
}
