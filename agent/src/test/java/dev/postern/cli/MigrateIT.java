package dev.postern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.TestCommand;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code postern migrate} of the packaged jar, on a real database. */
@Tag("database")
@ExtendWith(DatabaseExtension.class)
class MigrateIT {

    private final TestDatabase database;

    @TempDir
    private Path directory;

    MigrateIT(TestDatabase database) {
        this.database = database;
    }

    @Test
    void saysWhatItDidAndNothingElse() throws IOException {
        String name = database.database();
        database.execute("DROP DATABASE " + name, "CREATE DATABASE " + name);
        assertThat(migrate(database.server().password()))
                .isEqualTo(new TestCommand.CommandResult(
                        0,
                        "applied V1 seed\napplied V2 postern\napplied V3 lastip\napplied V4 admin\ndatabase " + name
                                + " is at version 4\n"));
        assertThat(migrate(database.server().password()))
                .isEqualTo(new TestCommand.CommandResult(0, "database " + name + " is at version 4\n"));
    }

    @Test
    void saysWhoIsNotLetIn() throws IOException {
        TestCommand.CommandResult refused = migrate("not-the-password");
        assertThat(refused.status()).isEqualTo(69);
        assertThat(refused.output())
                .startsWith("postern: the database does not let the administrator in")
                .doesNotContain("not-the-password")
                .hasLineCount(1);
    }

    private TestCommand.CommandResult migrate(String password) throws IOException {
        Path config = Files.writeString(directory.resolve("postern.toml"), """
                [mysql]
                host = "%s"
                port = %d
                database = "%s"
                """.formatted(
                        database.host(), database.port(), database.database()));
        Path secret = Files.writeString(directory.resolve("password"), password + "\n");
        return TestCommand.of(
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        "-jar",
                        PackagedAgent.jar(),
                        "migrate",
                        "--config",
                        config,
                        "--admin-user",
                        database.server().user(),
                        "--admin-password-file",
                        secret)
                .run();
    }
}
