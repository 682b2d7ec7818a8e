package dev.postern.dovecot.events;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The spool's file system side; everything here may block. */
final class SpoolDirectory {

    /** Set aside by us, or hidden by somebody: not for us. */
    private static final String ASIDE = ".rejected-";

    /** In memory at once. */
    private static final long MAX_BYTES = 1024 * 1024;

    private record FoundFile(Path path, Instant written) {}

    private final Path directory;

    SpoolDirectory(Path directory) {
        this.directory = directory;
    }

    /** Is told of new files; null when the directory cannot be watched, as when it is not there. */
    @Nullable
    WatchService watch() {
        try {
            WatchService watcher = directory.getFileSystem().newWatchService();
            WatchKey key = directory.register(watcher, StandardWatchEventKinds.ENTRY_CREATE);
            if (key.isValid()) {
                return watcher;
            }
            watcher.close();
            return null;
        } catch (IOException notThere) {
            return null;
        }
    }

    /**
     * Reads files that are not known yet, the oldest first.
     *
     * @param atMost how many; a fuller directory is read in turns, and so are files that are large together
     */
    List<SpoolFile> read(Set<Path> known, int atMost) throws IOException {
        List<SpoolFile> files = new ArrayList<>();
        long bytes = 0;
        for (Path oldest : oldest(known, atMost)) {
            SpoolFile file = bytes >= MAX_BYTES ? null : SpoolFile.read(oldest);
            if (file != null) {
                files.add(file);
                bytes += file.bytes() == null ? 0 : file.bytes().length;
            }
        }
        return files;
    }

    /** Of all that lie there: a figure must not come after a newer one. */
    private List<Path> oldest(Set<Path> known, int atMost) throws IOException {
        PriorityQueue<FoundFile> found =
                new PriorityQueue<>(Comparator.comparing(FoundFile::written).reversed());
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                Instant written = isOurs(entry) && !known.contains(entry) ? SpoolFile.written(entry) : null;
                if (written != null) {
                    found.add(new FoundFile(entry, written));
                }
                if (found.size() > atMost) {
                    found.remove();
                }
            }
        }
        return found.stream()
                .sorted(Comparator.comparing(FoundFile::written))
                .map(FoundFile::path)
                .toList();
    }

    /** Removes a file; one that is gone already is as good. */
    void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    /** Leaves a file for the administrator to look at, under a name that is not looked at again. */
    void setAside(Path file) throws IOException {
        try {
            Files.move(file, aside(file));
        } catch (NoSuchFileException gone) {
            // As good.
        }
    }

    /** Hooks use a name again when their process number comes again. */
    private static Path aside(Path file) {
        Path first = file.resolveSibling(ASIDE + file.getFileName());
        return Files.exists(first, LinkOption.NOFOLLOW_LINKS)
                ? file.resolveSibling(ASIDE + file.getFileName() + "." + System.nanoTime())
                : first;
    }

    private static boolean isOurs(Path entry) {
        return !entry.getFileName().toString().startsWith(".");
    }
}
