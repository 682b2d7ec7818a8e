package dev.postern.net;

import dev.postern.model.FailureText;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The place of a socket in the file system: claimed by a lock, so that of two agents starting at once one gives way;
 * cleared of what a crashed agent left; and shown only with its final owner and mode.
 *
 * <p>The listener binds at {@link #hidden}, a name beside the real one, and {@link #show} moves it there.
 */
public final class SocketFile implements AutoCloseable {

    /** {@code sun_path} is 108 bytes with its final NUL; the hidden name is four longer. */
    private static final int MAX_BYTES = 103;

    private final Path socket;
    private final FileChannel lockFile;

    private SocketFile(Path socket, FileChannel lockFile) {
        this.socket = socket;
        this.lockFile = lockFile;
    }

    /** Where peers find it. */
    Path socket() {
        return socket;
    }

    /** Claims the place; throws {@link ListenException} when another process has it or it cannot be had. */
    public static SocketFile claim(Path socket) {
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new ListenException("the path of " + socket + " is longer than " + MAX_BYTES + " bytes");
        }
        try {
            SocketFile file = new SocketFile(socket, lock(socket));
            file.clear();
            return file;
        } catch (NoSuchFileException missing) {
            throw new ListenException("the directory of " + socket + " does not exist: create it", missing);
        } catch (IOException e) {
            throw new ListenException("cannot listen on " + socket + ": " + FailureText.of(e), e);
        }
    }

    public Path hidden() {
        return socket.resolveSibling(socket.getFileName() + ".new");
    }

    /** Gives the bound socket its mode and group, then its name. */
    public void show(int mode, @Nullable String group) {
        try {
            PosixFileAttributeView view = Files.getFileAttributeView(hidden(), PosixFileAttributeView.class);
            if (group != null) {
                view.setGroup(
                        hidden().getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group));
            }
            view.setPermissions(permissions(mode));
            Files.move(hidden(), socket, StandardCopyOption.ATOMIC_MOVE);
        } catch (UserPrincipalNotFoundException unknown) {
            throw new ListenException("no group \"" + group + "\" for " + socket, unknown);
        } catch (IOException e) {
            throw new ListenException("cannot give " + socket + " its mode and group: " + FailureText.of(e), e);
        }
    }

    /** Leaves no file behind. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(hidden());
            Files.deleteIfExists(socket);
            Files.deleteIfExists(lockPath(socket));
            lockFile.close();
        } catch (IOException e) {
            throw new ListenException("cannot remove " + socket + ": " + FailureText.of(e), e);
        }
    }

    private static FileChannel lock(Path socket) throws IOException {
        FileChannel channel = FileChannel.open(lockPath(socket), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (tryLock(channel) == null) {
            channel.close();
            throw inUse(socket);
        }
        return channel;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    private void clear() throws IOException {
        Files.deleteIfExists(hidden());
        if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!isSocket() || isAnswered()) {
            Files.deleteIfExists(lockPath(socket));
            lockFile.close();
            throw isSocket() ? inUse(socket) : new ListenException(socket + " exists and is not a socket: remove it");
        }
        Files.delete(socket);
    }

    private boolean isSocket() throws IOException {
        return Files.readAttributes(
                        socket, java.nio.file.attribute.BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther();
    }

    private boolean isAnswered() {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            // Anything but a refusal, a full backlog too, means that a process listens.
            return probe.connect(UnixDomainSocketAddress.of(socket)) || probe.isConnectionPending();
        } catch (java.net.ConnectException refused) {
            return false;
        } catch (IOException e) {
            return !String.valueOf(e.getMessage()).contains("refused");
        }
    }

    private static ListenException inUse(Path socket) {
        return new ListenException("another process answers on " + socket + ": is a second agent running?");
    }

    private static Path lockPath(Path socket) {
        return socket.resolveSibling(socket.getFileName() + ".lock");
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        PosixFilePermission[] bits = PosixFilePermission.values();
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (int i = 0; i < bits.length; i++) {
            if ((mode & (0400 >> i)) != 0) {
                permissions.add(bits[i]);
            }
        }
        return permissions;
    }
}
