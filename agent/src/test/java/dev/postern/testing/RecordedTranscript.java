package dev.postern.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a real Dovecot and its server have sent, one connection after the other; {@code resources/dev/postern/README.md}
 * has the format.
 */
public record RecordedTranscript(String name, List<RecordedConnection> connections) {

    /** One connection's reads and writes in turn. */
    public record RecordedConnection(List<RecordedTurn> turns) {
        /** Everything that Dovecot sent. */
        public byte[] said() {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            turns.forEach(turn -> all.writeBytes(turn.said()));
            return all.toByteArray();
        }

        /** Everything that was answered. */
        public String answered() {
            StringBuilder all = new StringBuilder();
            turns.forEach(turn -> all.append(turn.answer()));
            return all.toString();
        }
    }

    /**
     * What Dovecot sent before it waited, and the answer.
     *
     * @param text each byte a character
     * @param answer likewise
     */
    public record RecordedTurn(String text, String answer) {
        public byte[] said() {
            return text.getBytes(ISO_8859_1);
        }
    }

    /** The transcripts of a room, of both versions. */
    public static Stream<RecordedTranscript> of(String room) {
        Path directory = Path.of("src/test/resources/dev/postern/dovecot", room, "transcripts");
        try (Stream<Path> files = Files.walk(directory)) {
            return files
                    .filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .map(file ->
                            new RecordedTranscript(directory.relativize(file).toString(), read(file)))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was sent on each connection of a room's transcripts: seeds for a fuzzer. */
    public static List<byte[]> said(String room) {
        return of(room).flatMap(transcript -> transcript.connections().stream())
                .map(RecordedConnection::said)
                .toList();
    }

    @Override
    public String toString() {
        return name;
    }

    private static List<RecordedConnection> read(Path file) {
        try {
            List<RecordedConnection> connections = new ArrayList<>();
            for (String block : Files.readString(file, ISO_8859_1).split("\n\n", -1)) {
                List<RecordedTurn> turns = turns(block.lines().toList());
                if (!turns.isEmpty()) {
                    connections.add(new RecordedConnection(turns));
                }
            }
            return connections;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<RecordedTurn> turns(List<String> lines) {
        List<RecordedTurn> turns = new ArrayList<>();
        StringBuilder said = new StringBuilder();
        StringBuilder answer = new StringBuilder();
        for (String line : lines) {
            if (line.startsWith("S> ")) {
                answer.append(unescape(line.substring(3)));
            } else if (line.startsWith("C> ") && !line.equals("C> <EOF>")) {
                if (!answer.isEmpty()) {
                    turns.add(new RecordedTurn(take(said), take(answer)));
                }
                said.append(unescape(line.substring(3)));
            }
        }
        if (!said.isEmpty()) {
            turns.add(new RecordedTurn(take(said), take(answer)));
        }
        return turns;
    }

    private static String take(StringBuilder text) {
        String taken = text.toString();
        text.setLength(0);
        return taken;
    }

    private static String unescape(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                plain.append(c);
                continue;
            }
            char letter = text.charAt(++i);
            switch (letter) {
                case 't' -> plain.append('\t');
                case 'n' -> plain.append('\n');
                case 'r' -> plain.append('\r');
                case 'x' -> {
                    plain.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
                    i += 2;
                }
                default -> plain.append(letter);
            }
        }
        return plain.toString();
    }
}
