package dev.postern.files;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** A check before a file is opened: to open a pipe waits until another process opens it, which may be never. */
public final class RegularFile {

    private RegularFile() {}

    /**
     * Passes a regular file, and a path where nothing is. Does not cover what others put there afterwards: for
     * directories that are this process's own.
     *
     * @throws FileSystemException for what is something else, a link included
     */
    public static void check(Path path) throws IOException {
        try {
            if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isRegularFile()) {
                throw new FileSystemException(path.toString(), null, "not a regular file: remove it");
            }
        } catch (NoSuchFileException nothing) {
            // May be made.
        }
    }
}
