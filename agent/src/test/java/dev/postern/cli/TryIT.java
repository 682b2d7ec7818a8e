package dev.postern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.Await;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.RealServers;
import dev.postern.testing.TestCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code postern try}, packaged, on the machine's own MariaDB. */
class TryIT {

    @TempDir
    private Path directory;

    @BeforeEach
    void needsMariaDb() {
        RealServers.require("mariadbd", "mariadb-install-db", "mariadb");
    }

    @Test
    void aSecondOneOnTheSameDirectoryGivesWay() {
        try (PackagedAgent first = started();
                PackagedAgent second = PackagedAgent.launchDemo(directory)) {
            assertThat(second.exitCode()).isEqualTo(69);
            assertThat(second.log())
                    .containsExactly("postern: another postern try runs in " + directory
                            + ": end it, or name another directory with --directory");
            assertThat(mailboxes()).isPositive();
            assertThat(first.stop()).isZero();
        }
    }

    @Test
    void aDatabaseLeftByOneThatWasKilledIsNamedAndOnceEndedNoHindrance() throws IOException {
        try (PackagedAgent killed = started()) {
            killed.kill9();
        }
        long orphan =
                Long.parseLong(Files.readString(directory.resolve("db/pid")).trim());
        try (PackagedAgent next = PackagedAgent.launchDemo(directory)) {
            assertThat(next.exitCode()).isEqualTo(69);
            assertThat(next.log()).last().asString().endsWith(": kill $(cat " + directory.resolve("db/pid") + ")");
            assertThat(mailboxes()).isPositive();
        } finally {
            end(orphan);
        }
        try (PackagedAgent again = started()) {
            assertThat(mailboxes()).isPositive();
            assertThat(again.stop()).isZero();
        }
    }

    private PackagedAgent started() {
        PackagedAgent agent = PackagedAgent.launchDemo(directory);
        agent.awaitLog(line -> line.contains("Ctrl-C ends it."));
        return agent;
    }

    private int mailboxes() {
        String count = TestCommand.of(
                        RealServers.find("mariadb"),
                        "--no-defaults",
                        "--skip-ssl",
                        "-S",
                        directory.resolve("db/s"),
                        "-BN",
                        "-e",
                        "SELECT COUNT(*) FROM mail.user")
                .output();
        return Integer.parseInt(count.trim());
    }

    private static void end(long pid) {
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        process.destroy();
        Await.until(() -> !process.isAlive(), Duration.ofSeconds(30), () -> "the database does not end");
    }
}
