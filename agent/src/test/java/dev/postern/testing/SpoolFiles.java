package dev.postern.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of a spool that are not written to the database yet. */
public final class SpoolFiles {

    private SpoolFiles() {}

    /** Files that hooks have left, and those that the agent has moved into its own directory there. */
    public static List<Path> in(Path spool) {
        Path taken = spool.resolve(".taken");
        try (Stream<Path> left = Files.list(spool);
                Stream<Path> moved = Files.isDirectory(taken) ? Files.list(taken) : Stream.empty()) {
            return Stream.concat(left.filter(SpoolFiles::isVisible), moved).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isVisible(Path file) {
        return !file.getFileName().toString().startsWith(".");
    }
}
