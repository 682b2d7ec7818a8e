package dev.postern.events;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The spool's file system side; everything here may block. */
final class SpoolDirectory {

    /** Set aside by us, or hidden by somebody: not for us. */
    private static final String ASIDE = ".rejected-";

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
     * Reads files that are not in hand yet, the oldest first.
     *
     * @param atMost how many; a fuller directory is read in turns
     */
    List<SpoolFile> read(Set<Path> inHand, int atMost) throws IOException {
        List<SpoolFile> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (files.size() >= atMost) {
                    break;
                }
                SpoolFile file = isOurs(entry) && !inHand.contains(entry) ? SpoolFile.read(entry) : null;
                if (file != null) {
                    files.add(file);
                }
            }
        }
        files.sort(Comparator.comparing(SpoolFile::written));
        return files;
    }

    /** Removes files; one that is gone already is as good. */
    void delete(List<Path> done) throws IOException {
        for (Path file : done) {
            Files.deleteIfExists(file);
        }
    }

    /** Leaves a file for the administrator to look at, under a name that is not looked at again. */
    void setAside(Path file) throws IOException {
        Files.move(file, file.resolveSibling(ASIDE + file.getFileName()));
    }

    private static boolean isOurs(Path entry) {
        return !entry.getFileName().toString().startsWith(".");
    }
}
