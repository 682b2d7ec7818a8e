package dev.postern.dovecot.events;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A conversation in a file; {@code resources/events/README.md} has the format. */
record EventTranscript(Path file, List<String> lines) {

    static List<EventTranscript> all() {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/events"))) {
            return files.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .map(EventTranscript::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static EventTranscript read(Path file) {
        try {
            return new EventTranscript(file, Files.readAllLines(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the peer sends. */
    byte[] sent() {
        return lines.stream()
                .filter(line -> line.startsWith(">"))
                .map(line -> line.startsWith(">> ") ? line.substring(3) : line.substring(2) + "\n")
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.UTF_8);
    }

    /** What it gets. */
    String heard() {
        return lines.stream()
                .filter(line -> line.startsWith("< "))
                .map(line -> line.substring(2) + "\n")
                .collect(Collectors.joining());
    }

    boolean isClosed() {
        return lines.contains("!");
    }

    @Override
    public String toString() {
        return file.getFileName().toString();
    }
}
