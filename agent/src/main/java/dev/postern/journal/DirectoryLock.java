package dev.postern.journal;

import dev.postern.files.RegularFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** A directory that one process has for itself, until it is closed or the process ends, however that comes. */
public final class DirectoryLock implements AutoCloseable {

    private final FileChannel file;

    private DirectoryLock(FileChannel file) {
        this.file = file;
    }

    /**
     * Takes it, by a lock on the file {@code lock} there.
     *
     * @return null when another has it
     */
    public static @Nullable DirectoryLock tryIn(Path directory) throws IOException {
        // The file stays: removing it could remove a lock that another process has just taken.
        Path path = directory.resolve("lock");
        RegularFile.check(path);
        FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (isLocked(file)) {
            return new DirectoryLock(file);
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
