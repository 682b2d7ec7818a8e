package dev.postern.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system of a few kilobytes at a directory, which can be filled to the last byte and made read-only. */
public final class SmallDisk implements AutoCloseable {

    private final Path at;

    private SmallDisk(Path at) {
        this.at = at;
    }

    /** Mounts it; needs root. */
    public static SmallDisk mount(Path at, int kilobytes) {
        try {
            Files.createDirectories(at);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        TestCommand.CommandResult mounted = TestCommand.of(
                        "mount", "-t", "tmpfs", "-o", "size=" + kilobytes + "k", "none", at)
                .run();
        if (mounted.status() != 0) {
            RealServers.missing("file systems cannot be mounted here: " + mounted.output());
        }
        return new SmallDisk(at);
    }

    public Path path() {
        return at;
    }

    /** Leaves no room for anything. */
    public void fill() {
        try (OutputStream out = Files.newOutputStream(ballast())) {
            byte[] some = new byte[512];
            while (true) {
                out.write(some);
            }
        } catch (IOException full) {
            // As wanted.
        }
    }

    /** Takes away what {@link #fill} has put there. */
    public void free() {
        try {
            Files.deleteIfExists(ballast());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void resize(int kilobytes) {
        TestCommand.of("mount", "-o", "remount,size=" + kilobytes + "k", at).output();
    }

    public void makeReadOnly() {
        TestCommand.of("mount", "-o", "remount,ro", at).output();
    }

    public void makeWritable() {
        TestCommand.of("mount", "-o", "remount,rw", at).output();
    }

    @Override
    public void close() {
        TestCommand.of("umount", "-l", at).output();
    }

    /** Hidden, so that a spool does not take it for an event. */
    private Path ballast() {
        return at.resolve(".ballast");
    }
}
