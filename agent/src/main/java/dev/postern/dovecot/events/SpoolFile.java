package dev.postern.dovecot.events;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A file of the spool, read. */
final class SpoolFile {

    /** One line is what hooks leave; a few more do no harm. */
    private static final int MAX_BYTES = 64 * 1024;

    private final Path path;
    private final Instant written;
    private final byte @Nullable [] bytes;

    private SpoolFile(Path path, Instant written, byte @Nullable [] bytes) {
        this.path = path;
        this.written = written;
        this.bytes = bytes;
    }

    /** When a file was written last; null for what is none, and must not take the place of one. */
    static @Nullable Instant written(Path path) {
        try {
            BasicFileAttributes attributes = attributes(path);
            return attributes.isRegularFile() ? attributes.lastModifiedTime().toInstant() : null;
        } catch (IOException gone) {
            return null;
        }
    }

    /**
     * Reads a file in a directory where no one else can replace it; null when it is gone. A pipe, which would never
     * answer, or a link is not opened.
     */
    static @Nullable SpoolFile read(Path path) {
        Instant written = Instant.EPOCH;
        try {
            BasicFileAttributes attributes = attributes(path);
            written = attributes.lastModifiedTime().toInstant();
            boolean fits = attributes.isRegularFile() && attributes.size() <= MAX_BYTES;
            return new SpoolFile(path, written, fits ? content(path) : null);
        } catch (NoSuchFileException gone) {
            return null;
        } catch (IOException unreadable) {
            return new SpoolFile(path, written, null);
        }
    }

    Path path() {
        return path;
    }

    /** Its time, which is the time of its events. */
    Instant written() {
        return written;
    }

    /** Its content; null when it cannot be what a hook has left. */
    byte @Nullable [] bytes() {
        return bytes;
    }

    /** Whether the hook has finished writing it. */
    boolean isComplete() {
        return bytes != null && bytes.length > 0 && bytes[bytes.length - 1] == '\n';
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static byte[] content(Path path) throws IOException {
        try (var in = Channels.newInputStream(
                Files.newByteChannel(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            return in.readNBytes(MAX_BYTES + 1);
        }
    }
}
