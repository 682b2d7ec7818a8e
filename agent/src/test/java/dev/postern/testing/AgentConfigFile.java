package dev.postern.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A configuration for a private agent: every file and socket in a directory of its own. */
public record AgentConfigFile(Path file, Path events, Path spool, Path socketmap) {

    /** Everything under one directory. */
    public static AgentConfigFile in(Path directory, TestDatabase database) {
        return in(directory, directory.resolve("lookup"), database, "");
    }

    /**
     * Writes it.
     *
     * @param socketmap where Postfix will look for it
     * @param more TOML to be appended
     */
    public static AgentConfigFile in(Path directory, Path socketmap, TestDatabase database, String more) {
        return of(directory, directory.resolve("events.sock"), directory.resolve("spool"), socketmap, database, more);
    }

    /** TOML for an HTTP server on this port. */
    public static String http(Path directory, int port) {
        return """
                [http]
                listen = "127.0.0.1:%d"
                tokens_file = "%s/tokens"
                """.formatted(port, directory);
    }

    /** Writes it, with each socket at the given place. */
    public static AgentConfigFile of(
            Path directory, Path events, Path spool, Path socketmap, TestDatabase database, String more) {
        try {
            Path password = directory.resolve("mysql.password");
            Files.writeString(password, database.account("postern").password());
            Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
            Files.createDirectories(spool);
            Path file = directory.resolve("postern.toml");
            Files.writeString(file, toml(password, events, spool, socketmap, database) + more);
            return new AgentConfigFile(file, events, spool, socketmap);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Dovecot's users come to the socket by group, as on a real host. */
    private static String dovecotsGroup() throws IOException {
        return Files.readString(Path.of("/etc/group")).contains("\ndovecot:") && isRoot() ? "group = \"dovecot\"" : "";
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static String toml(Path password, Path events, Path spool, Path socketmap, TestDatabase database)
            throws IOException {
        return """
                [mysql]
                host = "%s"
                port = %d
                database = "%s"
                user = "%s"
                password_file = "%s"

                [events]
                socket = "%s"
                %s
                spool = "%s"

                [socketmap]
                socket = "%s"

                """.formatted(
                        database.host(),
                        database.port(),
                        database.database(),
                        database.account("postern").user(),
                        password,
                        events,
                        dovecotsGroup(),
                        spool,
                        socketmap);
    }
}
