package dev.postern.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.TestCommand;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
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

    /** As on a stock MariaDB, where root is let in over the Unix socket alone. */
    @Test
    void namesTheSocketWhereTheAdministratorIsLetInByItAlone() throws IOException {
        assumeTrue(database.server().isOurs() && database.socket() != null && isMariaDb());
        database.execute("CREATE OR REPLACE USER 'local'@'%' IDENTIFIED VIA unix_socket");
        Path listening = directory.resolve("mysqld.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(listening));
            TestCommand.CommandResult refused = migrate("local", "");
            assertThat(refused.status()).isEqualTo(69);
            assertThat(refused.output())
                    .containsPattern("set \\[mysql\\] socket = \"/\\S+\\.sock\" in place of host and run this as root")
                    .hasLineCount(1);
        } finally {
            database.execute("DROP USER 'local'@'%'");
        }
    }

    private boolean isMariaDb() {
        return String.valueOf(
                        database.query("SELECT VERSION() AS version").get(0).get("version"))
                .contains("MariaDB");
    }

    private TestCommand.CommandResult migrate(String password) throws IOException {
        return migrate(database.server().user(), password);
    }

    private TestCommand.CommandResult migrate(String user, String password) throws IOException {
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
                        user,
                        "--admin-password-file",
                        secret)
                .run();
    }
}
