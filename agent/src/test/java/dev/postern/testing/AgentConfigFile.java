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
        try {
            Path password = directory.resolve("mysql.password");
            Files.writeString(password, database.account("postern").password());
            Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
            Path events = directory.resolve("events.sock");
            Path spool = Files.createDirectories(directory.resolve("spool"));
            Files.setPosixFilePermissions(spool, PosixFilePermissions.fromString("rwxrwxrwx"));
            Path file = directory.resolve("postern.toml");
            Files.writeString(file, toml(password, events, spool, socketmap, database) + more);
            return new AgentConfigFile(file, events, spool, socketmap);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String toml(Path password, Path events, Path spool, Path socketmap, TestDatabase database) {
        return """
                [mysql]
                host = "%s"
                port = %d
                database = "%s"
                user = "%s"
                password_file = "%s"

                [events]
                socket = "%s"
                mode = "0666"
                spool = "%s"

                [socketmap]
                socket = "%s"
                mode = "0666"

                """.formatted(
                        database.host(),
                        database.port(),
                        database.database(),
                        database.account("postern").user(),
                        password,
                        events,
                        spool,
                        socketmap);
    }
}
