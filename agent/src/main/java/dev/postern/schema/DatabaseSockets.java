package dev.postern.schema;

import dev.postern.config.AgentConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The Unix sockets at which a database server listens on this host, as the kernel lists them: each distribution has its
 * own place for them. Only those of root, of this process's account and of {@code socket_owner}, for any account can
 * make a file of that name.
 */
public final class DatabaseSockets {

    private static final Path LIST = Path.of("/proc/net/unix");
    private static final Set<String> NAMES = Set.of("mysqld.sock", "mysql.sock", "mariadb.sock");

    /** Of a line: number, references, protocol, flags, type, state, inode, path. */
    private static final int COLUMNS = 8;

    /** The flags of a socket that takes connections, and its type. */
    private static final String ACCEPTING = "00010000";

    private static final String STREAM = "0001";

    /** Of a path that a command can be made of. */
    private static final Pattern PLAIN = Pattern.compile("/[\\w./+-]+");

    private DatabaseSockets() {}

    /** Lists those at which a configured server could be meant that does not answer; none if it is on another host. */
    public static List<Path> insteadOf(AgentConfig.MysqlSection where) {
        if (where.socket() == null && !isThisHost(where.host())) {
            return List.of();
        }
        try (Stream<String> lines = Files.lines(LIST, StandardCharsets.ISO_8859_1)) {
            List<String> owners = List.of("root", System.getProperty("user.name", ""), where.socketOwner());
            return parse(lines)
                    .filter(path -> !path.equals(where.socket()))
                    .filter(path -> owners.contains(owner(path)) && owners.contains(owner(path.getParent())))
                    .toList();
        } catch (IOException | UncheckedIOException notLinux) {
            return List.of();
        }
    }

    /** Whether all addresses of a host are this host's own; true for a name without any. */
    public static boolean isThisHost(String host) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException noneThere) {
            // Which is reported when the connection fails.
            return true;
        }
    }

    /** Reads the kernel's list. */
    static Stream<Path> parse(Stream<String> lines) {
        return lines.map(line -> line.split("\\s+", COLUMNS))
                .filter(columns -> columns.length == COLUMNS
                        && columns[3].equals(ACCEPTING)
                        && columns[4].equals(STREAM)
                        && PLAIN.matcher(columns[7]).matches())
                .map(columns -> Path.of(columns[7]))
                .filter(path -> path.getFileName() != null
                        && NAMES.contains(path.getFileName().toString()))
                .distinct()
                .sorted();
    }

    private static String owner(@Nullable Path path) {
        try {
            return path == null
                    ? ""
                    : Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).getName();
        } catch (IOException elsewhere) {
            // In another root directory, or gone.
            return "";
        }
    }
}
