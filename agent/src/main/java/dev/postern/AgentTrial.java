package dev.postern;

import dev.postern.cli.Exit;
import dev.postern.cli.Trial;
import dev.postern.config.AgentConfig;
import dev.postern.config.ConfigFile;
import dev.postern.core.NetworkList;
import dev.postern.embedded.EmbeddedDatabase;
import dev.postern.embedded.EmbeddedDatabaseException;
import dev.postern.journal.DirectoryLock;
import dev.postern.net.ListenException;
import dev.postern.schema.Migration;
import dev.postern.schema.MigrationException;
import dev.postern.schema.SampleDatabase;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code postern try}: the agent as it is, on a private MariaDB with sample mailboxes, everything under one directory. */
final class AgentTrial implements Trial {

    private final PrintStream out;

    AgentTrial(PrintStream out) {
        this.out = out;
    }

    @Override
    public int run(@Nullable Path given) {
        try {
            return alone(directory(given));
        } catch (IOException e) {
            out.println("postern: cannot write: " + e.getMessage());
        } catch (EmbeddedDatabaseException | MigrationException | ListenException e) {
            out.println("postern: " + e.getMessage());
        }
        return Exit.UNAVAILABLE;
    }

    /** Two on one directory would take away each other's sockets. */
    private int alone(Path directory) throws IOException {
        try (DirectoryLock lock = DirectoryLock.tryIn(directory)) {
            if (lock == null) {
                out.println("postern: another postern try runs in " + directory
                        + ": end it, or name another directory with --directory");
                return Exit.UNAVAILABLE;
            }
            out.println("Starting a database in " + directory + " …");
            return run(directory, EmbeddedDatabase.start(directory.resolve("db")));
        }
    }

    private int run(Path directory, EmbeddedDatabase database) throws IOException {
        try {
            AgentConfig config = configure(directory, database);
            String password = password();
            SampleDatabase.create(config.mysql(), database.admin());
            Migration.migrate(config.mysql(), database.admin(), "");
            SampleDatabase.fill(config.mysql(), database.admin(), password);
            Files.writeString(directory.resolve("mysql.password"), password);
            RunningAgent agent =
                    RunningAgent.start(config, password, config.relay().rules(new NetworkList(List.of())), null);
            out.println(new TrialHints(directory, database).text());
            return Lifetime.untilStopped(() -> () -> {
                agent.close();
                database.close();
            });
        } catch (RuntimeException | IOException failed) {
            database.close();
            throw failed;
        }
    }

    private static Path directory(@Nullable Path given) throws IOException {
        if (given == null) {
            return Files.createTempDirectory("postern");
        }
        return Files.createDirectories(given.toAbsolutePath().normalize());
    }

    /** Writes the configuration and reads it back, so that what runs is what stands there. */
    private static AgentConfig configure(Path directory, EmbeddedDatabase database) throws IOException {
        Path file = directory.resolve("postern.toml");
        Path password = directory.resolve("mysql.password");
        Files.createDirectories(directory.resolve("spool"));
        Files.writeString(password, "");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(file, """
                [mysql]
                socket = "%1$s"
                password_file = "%2$s/mysql.password"

                [events]
                socket = "%2$s/events.sock"
                spool = "%2$s/spool"

                [socketmap]
                socket = "%2$s/lookup"
                """.formatted(database.socket(), directory));
        ConfigFile.Result result = ConfigFile.read(file, Map.of());
        if (result instanceof ConfigFile.Accepted accepted) {
            return accepted.config();
        }
        throw new UncheckedIOException(
                new IOException(((ConfigFile.Refused) result).problems().toString()));
    }

    private static String password() {
        byte[] random = new byte[18];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().encodeToString(random);
    }
}
