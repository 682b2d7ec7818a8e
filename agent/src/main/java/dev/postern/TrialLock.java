package dev.postern;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** A directory that one {@code postern try} has for itself, until it is closed or the process ends, however that comes. */
final class TrialLock implements AutoCloseable {

    private final FileChannel file;

    private TrialLock(FileChannel file) {
        this.file = file;
    }

    /** Null when another has it. */
    static @Nullable TrialLock tryIn(Path directory) throws IOException {
        // The file stays: who removed it could take a lock away that another has just got on it.
        FileChannel file =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (isLocked(file)) {
            return new TrialLock(file);
        }
        file.close();
        return null;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private static boolean isLocked(FileChannel file) throws IOException {
        try {
            return file.tryLock() != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }
}
