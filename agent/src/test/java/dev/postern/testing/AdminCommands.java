package dev.postern.testing;

import dev.postern.check.report.CheckReport;
import dev.postern.cli.Cli;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The commands that administer, run in this process on a test's database with the account of grants.sql. */
public final class AdminCommands {

    /** An exit code with what was printed. */
    public record CommandOutcome(int status, String out, String err) {

        /** The last word of the output: a generated password. */
        public String lastWord() {
            return out.strip().substring(out.strip().lastIndexOf(' ') + 1);
        }
    }

    private final Path config;
    private final Map<String, String> environment;

    private AdminCommands(Path config, Map<String, String> environment) {
        this.config = config;
        this.environment = environment;
    }

    /**
     * Writes the configuration.
     *
     * @param directory for it and the password
     */
    public static AdminCommands on(TestDatabase database, Path directory) {
        try {
            Path password = Files.writeString(
                    directory.resolve("admin.password"),
                    database.account("postern_admin").password());
            Path config = Files.writeString(directory.resolve("postern.toml"), """
                    [mysql]
                    host = "%s"
                    port = %d
                    database = "%s"
                    [web]
                    mysql_password_file = "%s"
                    """.formatted(
                            database.host(), database.port(), database.database(), password));
            return new AdminCommands(config, Map.of("SUDO_USER", "carol"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The configuration file. */
    public Path config() {
        return config;
    }

    /** Runs {@code postern} with these words and the configuration. */
    public CommandOutcome run(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of(words));
        all.add("--config=" + config);
        int status = new Cli(
                        (file, password, relay) -> 70,
                        directory -> 70,
                        (file, accepted, mailbox) -> new CheckReport(),
                        environment,
                        new PrintWriter(out, true),
                        new PrintWriter(err, true))
                .run(all.toArray(String[]::new));
        return new CommandOutcome(status, out.toString(), err.toString());
    }

    /** Runs it; any status but 0 fails the test. */
    public CommandOutcome ok(String... words) {
        CommandOutcome outcome = run(words);
        if (outcome.status() != 0) {
            throw new AssertionError(String.join(" ", words) + ": " + outcome);
        }
        return outcome;
    }
}
