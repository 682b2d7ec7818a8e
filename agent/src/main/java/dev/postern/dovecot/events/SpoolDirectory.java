package dev.postern.dovecot.events;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The spool's file system side; everything here may block.
 *
 * <p>An account that may write to the spool may replace a file there at any moment. So a file is moved into a directory
 * of the agent's own before it is looked at and opened, under a name that is never used again: what is deleted there is
 * what was read.
 */
final class SpoolDirectory {

    /** The agent's own. */
    static final String TAKEN = ".taken";

    /** Set aside by the agent, for the administrator. */
    private static final String ASIDE = ".rejected-";

    /** In memory at once. */
    private static final long MAX_BYTES = 1024 * 1024;

    private static final int MAX_NAME = 100;
    private static final int OTHERS_BITS = 077;

    private record FoundFile(Path path, Instant written) {}

    private final Path directory;
    private final Path taken;
    private long lastNumber;

    /**
     * What was read.
     *
     * @param failure why files could not be moved, if so: they stay where they are
     */
    record ReadFiles(List<SpoolFile> files, @Nullable IOException failure) {}

    SpoolDirectory(Path directory) {
        this.directory = directory;
        this.taken = directory.resolve(TAKEN);
    }

    /** Reports new files; null when the directory cannot be watched, as when it is not there. */
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
     * @param known of those that were read earlier
     * @param atMost how many; a fuller directory is read in turns, and so are files that are large together
     */
    ReadFiles read(Set<Path> known, int atMost) throws IOException {
        makeOwn();
        IOException failure = moveHere(atMost);
        List<SpoolFile> files = new ArrayList<>();
        long bytes = 0;
        for (Path oldest : oldest(taken, known, atMost)) {
            SpoolFile file = bytes >= MAX_BYTES ? null : SpoolFile.read(oldest);
            if (file != null) {
                files.add(file);
                bytes += file.bytes() == null ? 0 : file.bytes().length;
            }
        }
        return new ReadFiles(files, failure);
    }

    /** Removes a file that was read; one that is gone already is as good. */
    void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    /** Leaves a file that was read for the administrator to look at, under a name that is not looked at again. */
    void setAside(Path file) throws IOException {
        try {
            Files.move(file, aside(nameOf(file)));
        } catch (NoSuchFileException gone) {
            // As good.
        }
    }

    /** The name that a hook gave it. */
    static String nameOf(Path file) {
        String name = file.getFileName().toString();
        return name.substring(name.indexOf('-') + 1);
    }

    /** What has that name and is not a directory that this process alone may use is not its own. */
    private void makeOwn() throws IOException {
        if (Files.exists(taken, LinkOption.NOFOLLOW_LINKS) && !isOwn()) {
            Files.move(taken, aside(TAKEN.substring(1)));
        }
        try {
            Files.createDirectory(
                    taken, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException ours) {
            if (!isOwn()) {
                throw ours;
            }
        }
    }

    private boolean isOwn() throws IOException {
        Map<String, Object> is = Files.readAttributes(taken, "unix:isDirectory,uid,mode", LinkOption.NOFOLLOW_LINKS);
        return Boolean.TRUE.equals(is.get("isDirectory"))
                && Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(is.get("uid"))
                && is.get("mode") instanceof Integer mode
                && (mode & OTHERS_BITS) == 0;
    }

    private @Nullable IOException moveHere(int atMost) throws IOException {
        IOException failure = null;
        for (Path file : oldest(directory, Set.of(), atMost)) {
            try {
                Files.move(file, taken.resolve(newName(file)));
            } catch (NoSuchFileException gone) {
                // As good.
            } catch (IOException stays) {
                failure = stays;
            }
        }
        return failure;
    }

    /** Numbers go up, also over a restart; the rest is for readers of the log. */
    private String newName(Path file) {
        long micros = System.currentTimeMillis() * 1000;
        lastNumber = Math.max(lastNumber + 1, micros);
        String name = file.getFileName().toString().replaceAll("[^A-Za-z0-9._-]", "_");
        return lastNumber + "-" + name.substring(0, Math.min(MAX_NAME, name.length()));
    }

    /** Of all that lie there: a figure must not come after a newer one. */
    private static List<Path> oldest(Path directory, Set<Path> known, int atMost) throws IOException {
        PriorityQueue<FoundFile> found =
                new PriorityQueue<>(Comparator.comparing(FoundFile::written).reversed());
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                Instant written = isHidden(entry) || known.contains(entry) ? null : SpoolFile.written(entry);
                if (written != null) {
                    found.add(new FoundFile(entry, written));
                }
                if (found.size() > atMost) {
                    found.remove();
                }
            }
        }
        return found.stream()
                .sorted(Comparator.comparing(FoundFile::written).thenComparing(FoundFile::path))
                .map(FoundFile::path)
                .toList();
    }

    /** Hooks use a name again when their process number comes again. */
    private Path aside(String name) {
        Path first = directory.resolve(ASIDE + name);
        return Files.exists(first, LinkOption.NOFOLLOW_LINKS)
                ? directory.resolve(ASIDE + name + "." + System.nanoTime())
                : first;
    }

    private static boolean isHidden(Path entry) {
        return entry.getFileName().toString().startsWith(".");
    }
}
