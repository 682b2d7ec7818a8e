package dev.postern.dovecot.events;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of the spool that are done with and still lie there: on their way out, or in a directory that cannot be written
 * at the moment. They are not taken in again, and are tried again until they are gone.
 */
final class SpoolCleanup {

    /** So many that cannot be removed, and nothing more is taken in: what is not known would be taken in twice. */
    static final int MAX_COUNT = 10_000;

    private static final Logger log = LoggerFactory.getLogger(SpoolCleanup.class);

    /** What is to be done with a file: nothing but removing it, or keeping it under another name, for this reason. */
    private record RemovalKind(@Nullable String rejected) {}

    private final SpoolDirectory directory;
    private final Path path;
    private final Map<Path, RemovalKind> files = new LinkedHashMap<>();
    private boolean stuck;

    SpoolCleanup(SpoolDirectory directory, Path path) {
        this.directory = directory;
        this.path = path;
    }

    /** Its events cannot be lost any more. */
    void delete(Path file) {
        files.put(file, new RemovalKind(null));
    }

    /** It is not what a hook leaves. */
    void setAside(Path file, String why) {
        files.put(file, new RemovalKind(why));
    }

    Set<Path> files() {
        return files.keySet();
    }

    int room() {
        return MAX_COUNT - files.size();
    }

    /** Whether the last try left something there: then the next one has time. */
    boolean isStuck() {
        return stuck;
    }

    /** What is to be done on a worker thread, with what there is now; its result goes to {@link #tried}. */
    CleanupAttempt attempt() {
        return new CleanupAttempt(Map.copyOf(files));
    }

    /** Takes note of what has become of an attempt: one log line when files begin to stay, one when they go again. */
    void tried(CleanupAttempt attempt) {
        attempt.gone.forEach(this::forget);
        if (attempt.failure != null && !stuck) {
            log.atError()
                    .addKeyValue("spool", path)
                    .addKeyValue("reason", attempt.failure)
                    .log("spool cannot be cleared: what is taken in stays, and is not taken in again");
        } else if (attempt.failure == null && stuck) {
            log.atInfo().addKeyValue("spool", path).log("spool cleared again");
        }
        stuck = attempt.failure != null;
    }

    private void forget(Path file, RemovalKind way) {
        files.remove(file);
        if (way.rejected() != null) {
            log.atWarn()
                    .addKeyValue("file", SpoolDirectory.nameOf(file))
                    .addKeyValue("reason", way.rejected())
                    .log("spool file set aside");
        }
    }

    /** One try to get rid of all of them. */
    final class CleanupAttempt {
        private final Map<Path, RemovalKind> wanted;
        private final Map<Path, RemovalKind> gone = new LinkedHashMap<>();
        private @Nullable IOException failure;

        private CleanupAttempt(Map<Path, RemovalKind> wanted) {
            this.wanted = wanted;
        }

        /** Blocks. */
        CleanupAttempt run() {
            wanted.forEach(this::remove);
            return this;
        }

        private void remove(Path file, RemovalKind way) {
            try {
                if (way.rejected() == null) {
                    directory.delete(file);
                } else {
                    directory.setAside(file);
                }
                gone.put(file, way);
            } catch (IOException e) {
                failure = e;
            }
        }
    }
}
