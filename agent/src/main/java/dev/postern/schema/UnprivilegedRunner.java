package dev.postern.schema;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.MariaDbDataSource;

/**
 * Runs what talks to a database without root's rights: a thread that is the account {@code postern}, or else
 * {@code nobody}, and nothing more. On Linux each thread has rights of its own, so that the rest of the command keeps
 * those that it needs. A command that is not run by root, on a processor whose system calls are not known here, or from
 * a jar that only root may read, keeps its rights.
 */
public final class UnprivilegedRunner implements AutoCloseable {

    private static final long NOBODY = 65534;

    /** Numbers of setgroups, setresgid and setresuid. */
    private record SystemCalls(long groups, long gid, long uid) {}

    private record UserIds(long uid, long gid) {}

    private final ExecutorService thread;

    /** Starts nothing yet. */
    public UnprivilegedRunner() {
        thread = Executors.newSingleThreadExecutor(work -> {
            Thread made = new Thread(
                    () -> {
                        dropRights();
                        work.run();
                    },
                    "database");
            made.setDaemon(true);
            return made;
        });
    }

    /** DatabaseWork that may fail as database work does. */
    @FunctionalInterface
    public interface DatabaseWork<T> extends Callable<T> {
        @Override
        T call() throws SQLException;
    }

    /** Runs it and waits for its end. */
    public <T> T call(DatabaseWork<T> work) throws SQLException {
        try {
            return thread.submit(work).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException failure) {
                throw failure;
            }
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }

    private static void dropRights() {
        SystemCalls calls = calls();
        if (calls == null || !"root".equals(System.getProperty("user.name")) || !isReadableByAll()) {
            return;
        }
        UserIds ids = ids();
        Function syscall = NativeLibrary.getInstance("c").getFunction("syscall");
        // The user last: the other two are only root's to change.
        syscall.invokeLong(new Object[] {calls.groups(), 0L, Pointer.NULL});
        syscall.invokeLong(new Object[] {calls.gid(), ids.gid(), ids.gid(), ids.gid()});
        syscall.invokeLong(new Object[] {calls.uid(), ids.uid(), ids.uid(), ids.uid()});
    }

    /** Whether classes can be loaded by any account: the driver finds parts of itself when it connects. */
    private static boolean isReadableByAll() {
        try {
            for (Class<?> part : List.of(UnprivilegedRunner.class, MariaDbDataSource.class)) {
                Path jar = Path.of(
                        part.getProtectionDomain().getCodeSource().getLocation().toURI());
                if (!Files.getPosixFilePermissions(jar).contains(PosixFilePermission.OTHERS_READ)) {
                    return false;
                }
                for (Path above = jar.getParent(); above != null; above = above.getParent()) {
                    if (!Files.getPosixFilePermissions(above).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                        return false;
                    }
                }
            }
            return true;
        } catch (IOException | URISyntaxException e) {
            return false;
        }
    }

    private static @Nullable SystemCalls calls() {
        return switch (Platform.ARCH) {
            case "x86-64" -> new SystemCalls(116, 119, 117);
            case "aarch64" -> new SystemCalls(159, 149, 147);
            default -> null;
        };
    }

    private static UserIds ids() {
        try (Stream<String> accounts = Files.lines(Path.of("/etc/passwd"))) {
            List<UserIds> found = accounts.map(line -> line.split(":", 5))
                    .filter(fields -> fields.length == 5 && fields[0].equals("postern"))
                    .map(fields -> new UserIds(Long.parseLong(fields[2]), Long.parseLong(fields[3])))
                    .toList();
            return found.isEmpty() ? new UserIds(NOBODY, NOBODY) : found.get(0);
        } catch (IOException | NumberFormatException e) {
            return new UserIds(NOBODY, NOBODY);
        }
    }
}
