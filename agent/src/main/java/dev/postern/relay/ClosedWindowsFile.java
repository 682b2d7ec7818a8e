package dev.postern.relay;

import dev.postern.files.RegularFile;
import dev.postern.model.IpAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Relay windows closed by an administrator, on disk: after a restart the logins before it are read back from MySQL, and
 * those of a closed window must not open it again. A line for each, {@code 2026-11-23T12:00:00Z 192.0.2.7}; {@code *}
 * is every IP.
 */
public final class ClosedWindowsFile {

    private static final String ALL = "*";

    /** More than as many windows take as there may be. */
    private static final long MAX_BYTES = 64L * 1024 * 1024;

    private final Path directory;
    private final Path path;

    /**
     * Neither read nor written yet.
     *
     * @param directory the journal's
     */
    public ClosedWindowsFile(Path directory) {
        this.directory = directory;
        this.path = directory.resolve("relay-closed");
    }

    /** What was written last; nothing when nothing was. Fails when it cannot be understood. */
    public List<RelayWindows.ClosedWindow> read() throws IOException {
        List<RelayWindows.ClosedWindow> closures = new ArrayList<>();
        RegularFile.check(path);
        try {
            if (Files.size(path) > MAX_BYTES) {
                throw new IOException("larger than " + MAX_BYTES + " bytes");
            }
            for (String line : Files.readAllLines(path, StandardCharsets.US_ASCII)) {
                closures.add(closure(line));
            }
        } catch (NoSuchFileException never) {
            return List.of();
        }
        return closures;
    }

    /** Replaces the file's content and syncs it. */
    public void write(Collection<RelayWindows.ClosedWindow> closures) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (RelayWindows.ClosedWindow closedWindow : closures) {
            lines.append(closedWindow.until())
                    .append(' ')
                    .append(closedWindow.ip() == null ? ALL : closedWindow.ip())
                    .append('\n');
        }
        Path unfinished = directory.resolve("relay-closed.new");
        RegularFile.check(unfinished);
        try (FileChannel file = FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            file.force(true);
        }
        Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel itself = FileChannel.open(directory, StandardOpenOption.READ)) {
            itself.force(true);
        }
    }

    private static RelayWindows.ClosedWindow closure(String line) throws IOException {
        int space = line.indexOf(' ');
        String name = line.substring(space + 1);
        IpAddress ip = IpAddress.parse(name);
        if (space < 0 || (ip == null && !name.equals(ALL))) {
            throw new IOException("not understood: " + name.length() + " characters");
        }
        try {
            return new RelayWindows.ClosedWindow(ip, Instant.parse(line.substring(0, space)));
        } catch (DateTimeException e) {
            throw new IOException("no time", e);
        }
    }
}
