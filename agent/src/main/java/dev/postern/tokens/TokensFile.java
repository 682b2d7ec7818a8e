package dev.postern.tokens;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
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

/** The file of tokens. Everything here blocks. */
public final class TokensFile {

    /** Of one that is read; a line takes some 80 bytes. */
    static final int MAX_BYTES = 1 << 20;

    /**
     * What it says.
     *
     * @param tokens by name
     * @param badLines the numbers of those that are no token's, or a second one's of the same name
     * @param open whether everybody on the host may read it
     */
    public record TokensContent(Map<String, Token> tokens, List<Integer> badLines, boolean open) {}

    private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-r-----");

    private final Path file;

    public TokensFile(Path file) {
        this.file = file;
    }

    public TokensContent read() throws IOException {
        boolean open = Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
        Map<String, Token> tokens = new LinkedHashMap<>();
        List<Integer> bad = new ArrayList<>();
        List<String> lines = text().lines().toList();
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

    /** Adds a line in one write; a file that is not there yet is made for the group of its directory to read. */
    public void add(Token token) throws IOException {
        create();
        String line = (endsInsideALine() ? "\n" : "") + token.line() + "\n";
        Files.writeString(file, line, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    }

    /**
     * Takes a token's lines out.
     *
     * @return whether there was one
     */
    public boolean remove(String name) throws IOException {
        List<String> lines = text().lines().toList();
        List<String> others = lines.stream()
                .filter(line -> !line.strip().startsWith(name + ":"))
                .toList();
        if (others.size() == lines.size()) {
            return false;
        }
        Path next = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(next);
        PosixFileAttributes old = Files.readAttributes(file, PosixFileAttributes.class);
        Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(next, others);
        PosixFileAttributeView view = Files.getFileAttributeView(next, PosixFileAttributeView.class);
        view.setOwner(old.owner());
        view.setGroup(old.group());
        view.setPermissions(old.permissions());
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        return true;
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
            // With the mode that somebody has given it.
        }
    }

    private boolean endsInsideALine() throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            return channel.size() > 0 && channel.position(channel.size() - 1).read(last) == 1 && last.get(0) != '\n';
        }
    }

    private String text() throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException(file + ": is larger than " + MAX_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
