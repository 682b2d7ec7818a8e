package dev.postern.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A file system that answers nothing, over a directory: whatever is opened, read or listed there waits in the kernel
 * until it is taken away, as with a network file system whose server is away. It is a FUSE mount whose server never
 * reads a request.
 */
public final class HangingDisk {

    private final Path at;
    private final Process server;

    private HangingDisk(Path at, Process server) {
        this.at = at;
        this.server = server;
    }

    /** Covers a directory while something is done; needs root. Afterwards the directory is what it was before. */
    public static void during(Path directory, Runnable work) {
        HangingDisk hanging = over(directory);
        try {
            work.run();
        } finally {
            hanging.end();
        }
    }

    private static HangingDisk over(Path directory) {
        try {
            Process server = new ProcessBuilder(
                            "sh",
                            "-c",
                            "exec 3<>/dev/fuse && mount -i -t fuse -o"
                                    + " fd=3,rootmode=40000,user_id=0,group_id=0,allow_other"
                                    + " none \"$1\" && echo mounted && exec sleep 600",
                            "sh",
                            directory.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
            if (!"mounted".equals(said)) {
                RealServers.missing("file systems that hang cannot be made here: " + said);
            }
            return new HangingDisk(directory, server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What waits gets an error. */
    private void end() {
        TestCommand.of("umount", "-l", at).run();
        server.destroyForcibly();
    }
}
