package dev.postern.tokens;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tokens file. Everything here blocks.
 *
 * <p>A change takes a lock, reads the file and puts a whole new one in its place: of two commands at once none loses
 * what the other has done, and the agent never reads half a file.
 */
public final class TokensFile {

    /** Bytes of a file that is read; a line takes some 100. */
    static final int MAX_BYTES = 1 << 20;

    /**
     * What the file has.
     *
     * @param tokens by name
     * @param badLines the numbers of lines that are not a token's, or a second one's of the same name
     * @param open whether every account on the host may read or write it
     */
    public record TokensContent(Map<String, Token> tokens, List<Integer> badLines, boolean open) {}

    /** What a command does to the lines of the file. */
    @FunctionalInterface
    private interface Change {
        /** Whether there is something to write. */
        boolean of(List<String> lines);
    }

    private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-r-----");
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rw-------");

    private final Path file;

    public TokensFile(Path file) {
        this.file = file;
    }

    public TokensContent read() throws IOException {
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
        boolean open =
                mode.contains(PosixFilePermission.OTHERS_READ) || mode.contains(PosixFilePermission.OTHERS_WRITE);
        return content(lines(file), open);
    }

    private static TokensContent content(List<String> lines, boolean open) {
        Map<String, Token> tokens = new LinkedHashMap<>();
        List<Integer> bad = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            Token token = Token.parse(line);
            if (token == null || tokens.putIfAbsent(token.name(), token) != null) {
                bad.add(i + 1);
            }
        }
        return new TokensContent(tokens, bad, open);
    }

    /**
     * Adds a line; a file that is not there yet is made for the group of its directory to read.
     *
     * @return false when there is a token of that name already
     */
    public boolean add(Token token) throws IOException {
        create();
        return change(lines -> {
            boolean free = !content(lines, false).tokens().containsKey(token.name());
            return free && lines.add(token.line());
        });
    }

    /**
     * Removes all lines of a token.
     *
     * @return whether there was one
     */
    public boolean remove(String name) throws IOException {
        return change(lines -> lines.removeIf(line -> line.strip().startsWith(name + ":")));
    }

    private boolean change(Change change) throws IOException {
        // Where a link leads, so that the link stays one.
        Path real = file.toRealPath();
        Path lock = real.resolveSibling("." + real.getFileName() + ".lock");
        try (FileChannel channel = FileChannel.open(
                lock,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PRIVATE))) {
            channel.lock();
            List<String> lines = new ArrayList<>(lines(real));
            if (!change.of(lines)) {
                return false;
            }
            replace(real, String.join("\n", lines) + "\n");
            return true;
        }
    }

    private static void replace(Path real, String text) throws IOException {
        Path next = real.resolveSibling(real.getFileName() + ".new");
        Files.deleteIfExists(next);
        PosixFileAttributes old = Files.readAttributes(real, PosixFileAttributes.class);
        try (FileChannel out = FileChannel.open(
                next,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PRIVATE))) {
            Channels.newOutputStream(out).write(text.getBytes(StandardCharsets.UTF_8));
            out.force(true);
        }
        PosixFileAttributeView view = Files.getFileAttributeView(next, PosixFileAttributeView.class);
        view.setOwner(old.owner());
        view.setGroup(old.group());
        view.setPermissions(old.permissions());
        Files.move(next, real, StandardCopyOption.ATOMIC_MOVE);
    }

    private void create() throws IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(MODE));
            PosixFileAttributes directory =
                    Files.readAttributes(file.toAbsolutePath().resolveSibling(""), PosixFileAttributes.class);
            PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
            view.setGroup(directory.group());
            view.setPermissions(MODE);
        } catch (FileAlreadyExistsException kept) {
            // With the mode that an administrator has given it.
        }
    }

    private static List<String> lines(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException("is larger than " + MAX_BYTES + " bytes");
            }
            // Without the byte order mark that some editors put before it.
            return new String(bytes, StandardCharsets.UTF_8)
                    .replaceFirst("^\uFEFF", "")
                    .lines()
                    .toList();
        }
    }
}
