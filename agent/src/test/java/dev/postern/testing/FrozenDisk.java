package dev.postern.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An ext4 file system of its own at a directory, on a loop device, which can be frozen: then every write to it waits in
 * the kernel, also to files that are open already, and nothing ends the wait but a thaw.
 */
public final class FrozenDisk implements AutoCloseable {

    private static final long BYTES = 16L * 1024 * 1024;

    private final Path at;
    private final Path image;
    private boolean frozen;

    private FrozenDisk(Path at, Path image) {
        this.at = at;
        this.image = image;
    }

    /** Makes and mounts it; needs root and loop devices. */
    public static FrozenDisk mount(Path at) {
        RealServers.require("mkfs.ext4", "fsfreeze");
        Path image = at.resolveSibling(at.getFileName() + ".image");
        try {
            Files.createDirectories(at);
            try (var file = new java.io.RandomAccessFile(image.toFile(), "rw")) {
                file.setLength(BYTES);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        TestCommand.of("mkfs.ext4", "-q", image).output();
        TestCommand.CommandResult mounted =
                TestCommand.of("mount", "-o", "loop", image, at).run();
        if (mounted.status() != 0) {
            RealServers.missing("loop devices cannot be mounted here: " + mounted.output());
        }
        return new FrozenDisk(at, image);
    }

    public Path path() {
        return at;
    }

    public void freeze() {
        TestCommand.of("fsfreeze", "-f", at).output();
        frozen = true;
    }

    public void thaw() {
        if (frozen) {
            TestCommand.of("fsfreeze", "-u", at).output();
            frozen = false;
        }
    }

    @Override
    public void close() {
        thaw();
        TestCommand.of("umount", "-l", at).output();
        try {
            Files.deleteIfExists(image);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
