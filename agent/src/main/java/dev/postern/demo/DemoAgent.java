package dev.postern.demo;

import dev.postern.agent.AgentProcess;
import dev.postern.agent.ShutdownSignal;
import dev.postern.cli.DemoRunner;
import dev.postern.cli.ExitCode;
import dev.postern.config.AgentConfig;
import dev.postern.config.ConfigFile;
import dev.postern.config.PrintableText;
import dev.postern.journal.DirectoryLock;
import dev.postern.model.FailureText;
import dev.postern.model.IpNetworkList;
import dev.postern.net.ListenException;
import dev.postern.schema.Migration;
import dev.postern.schema.MigrationException;
import dev.postern.schema.SampleDatabase;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code postern try}: the agent as it is, on a private MariaDB with sample mailboxes, everything under one directory.
 */
public final class DemoAgent implements DemoRunner {

    /** Bytes: a socket of ours may have 103, and {@code events.sock} has the longest name of those in it. */
    private static final int MAX_LENGTH = 103 - "/events.sock".length();

    private final PrintStream out;

    public DemoAgent(PrintStream out) {
        this.out = out;
    }

    @Override
    public int run(@Nullable Path given) {
        try {
            Path directory = directory(given);
            String unfit = unfit(directory.toString());
            if (unfit != null) {
                out.println("postern: \"" + PrintableText.of(directory.toString(), MAX_LENGTH) + "\" " + unfit
                        + "; name another directory with --directory");
                return ExitCode.USAGE;
            }
            return alone(Files.createDirectories(directory));
        } catch (IOException e) {
            out.println("postern: cannot write: " + FailureText.of(e));
        } catch (EmbeddedDatabaseException | MigrationException | ListenException e) {
            out.println("postern: " + e.getMessage());
        }
        return ExitCode.UNAVAILABLE;
    }

    /** Two on one directory would take away each other's sockets. */
    private int alone(Path directory) throws IOException {
        try (DirectoryLock lock = DirectoryLock.tryIn(directory)) {
            if (lock == null) {
                out.println("postern: another postern try runs in " + directory
                        + ": end it, or name another directory with --directory");
                return ExitCode.UNAVAILABLE;
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
            AgentProcess agent =
                    AgentProcess.start(config, password, config.relay().rules(new IpNetworkList(List.of())), null);
            out.println(new DemoInstructions(directory, database).text());
            return ShutdownSignal.untilStopped(() -> () -> {
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
        return given.toAbsolutePath().normalize();
    }

    /** Why its name does not do for sockets and a configuration file; null when it does. */
    private static @Nullable String unfit(String directory) {
        if (directory.getBytes(StandardCharsets.UTF_8).length > MAX_LENGTH) {
            return "is longer than " + MAX_LENGTH + " bytes, and the sockets in it could not be reached";
        }
        return directory.chars().anyMatch(c -> c == '"' || c == '\\' || Character.isISOControl(c))
                ? "has a character in it that the configuration cannot have"
                : null;
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
        ConfigFile.ConfigResult result = ConfigFile.read(file, Map.of());
        if (result instanceof ConfigFile.AcceptedConfig accepted) {
            return accepted.config();
        }
        throw new UncheckedIOException(
                new IOException(((ConfigFile.RefusedConfig) result).problems().toString()));
    }

    private static String password() {
        byte[] random = new byte[18];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().encodeToString(random);
    }
}
