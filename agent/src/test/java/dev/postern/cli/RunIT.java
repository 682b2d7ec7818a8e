package dev.postern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.Await;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.TestCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged daemon, with nothing else running: from its first line to its last. */
class RunIT {

    @TempDir
    private Path directory;

    @Test
    void logsLinesAnswersAndLeavesNothing() throws IOException {
        Path config = config();
        try (PackagedAgent agent = PackagedAgent.start(config)) {
            assertThat(agent.log())
                    .allMatch(line -> line.matches("time=\\S+Z level=(info|warn|error) event=(\\w+|\"[^\"]+\")("
                            + " \\w+=([^\\s\"]+|\"(\\\\.|[^\"\\\\])*\"))*"));
            TestCommand.CommandResult lookup = lookup(config);
            assertThat(lookup.status()).isEqualTo(75);
            assertThat(lookup.output())
                    .startsWith("postern: the agent says TEMP: ")
                    .hasLineCount(1);
            agent.stop();
        }
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).containsExactly(config);
        }
    }

    @Test
    void aFrozenAgentIsATemporaryFailure() throws IOException {
        Path config = config();
        try (PackagedAgent agent = PackagedAgent.start(config)) {
            agent.freeze();
            TestCommand.CommandResult lookup = lookup(config);
            agent.thaw();
            assertThat(lookup.status()).isEqualTo(75);
            assertThat(lookup.output()).contains("no answer from ").contains(" within 3 s");
        }
    }

    @Test
    void aSecondOneGivesWay() throws IOException {
        Path config = config();
        try (PackagedAgent first = PackagedAgent.start(config);
                PackagedAgent second = PackagedAgent.launch(config)) {
            assertThat(second.exitCode()).isEqualTo(69);
            assertThat(second.log()).last().asString().contains("level=error event=\"cannot start\" reason=");
            assertThat(lookup(config).output()).startsWith("postern: the agent says ");
            assertThat(first.log()).noneMatch(line -> line.contains("level=error event=\"cannot start\""));
        }
    }

    @Test
    void oneThatCannotOpenEverySocketLeavesNone() throws IOException {
        Path config = config();
        Path file = Files.writeString(directory.resolve("file"), "no socket");
        Files.writeString(config, Files.readString(config) + "[dict]\nsocket = \"" + file + "\"\n");
        try (PackagedAgent refused = PackagedAgent.launch(config)) {
            assertThat(refused.exitCode()).isEqualTo(69);
        }
        try (var left = Files.list(directory)) {
            assertThat(left).containsExactlyInAnyOrder(config, file);
        }
    }

    /** A pipe in place of the lock's file is opened by none but a writer that comes: as a disk that hangs. */
    @Test
    void aDiskThatHangsUnderASocketIsNamed() throws IOException {
        Path config = config();
        Path socket = directory.resolve("hanging");
        TestCommand.of("mkfifo", socket + ".lock").output();
        Files.writeString(config, Files.readString(config) + "[dict]\nsocket = \"" + socket + "\"\n");
        try (PackagedAgent refused = PackagedAgent.launch(config)) {
            assertThat(refused.exitCode()).isEqualTo(69);
            assertThat(refused.log())
                    .last()
                    .asString()
                    .endsWith("reason=\"the disk of " + socket + " does not answer\"");
        }
    }

    @Test
    void theLevelOfTheLogIsTakenOverAndAMistakeIsSaidAndNotTakenOver() throws IOException {
        Path config = config();
        try (PackagedAgent agent = PackagedAgent.start(config)) {
            String before = Files.readString(config);
            Files.writeString(config, before + "[log]\nlevel = \"loud\"\n");
            agent.hangUp();
            agent.awaitLog(line -> line.contains("log.level") && line.contains("loud"));
            Files.writeString(config, before + "[log]\nlevel = \"debug\"\n");
            agent.hangUp();
            agent.awaitLog(line -> line.contains("event=\"configuration read again\" log_level=debug"));
            assertThat(agent.stop()).isZero();
        }
    }

    @Test
    void theServiceManagerIsToldThatItIsReadyAliveAndStopping() throws IOException {
        Path told = directory.resolve("told");
        Path socket = directory.resolve("notify");
        Path config = config();
        Process manager = new ProcessBuilder("socat", "-u", "UNIX-RECV:" + socket, "CREATE:" + told).start();
        try {
            Await.until(() -> Files.exists(socket), Duration.ofSeconds(10), () -> "no " + socket);
            Map<String, String> environment = Map.of("NOTIFY_SOCKET", socket.toString(), "WATCHDOG_USEC", "100000");
            try (PackagedAgent agent = PackagedAgent.start(config, environment)) {
                awaitTold(told, "(WATCHDOG=1)*READY=1(WATCHDOG=1){3,}");
                agent.stop();
            }
            awaitTold(told, "(WATCHDOG=1)*READY=1(WATCHDOG=1){3,}STOPPING=1(WATCHDOG=1)*");
        } finally {
            manager.destroy();
        }
    }

    @Test
    void aServiceManagerThatDoesNotListenIsNoReasonToStop() throws IOException {
        Path config = config();
        Map<String, String> environment = Map.of("NOTIFY_SOCKET", "/nowhere/notify", "WATCHDOG_USEC", "100000");
        try (PackagedAgent agent = PackagedAgent.start(config, environment)) {
            agent.awaitLog(line -> line.contains("service manager cannot be notified"));
            assertThat(lookup(config).output()).startsWith("postern: the agent says ");
            assertThat(agent.stop()).isZero();
        }
    }

    /** From before the first socket to just before the last. */
    @ParameterizedTest
    @ValueSource(strings = {"event=starting", "journal read", "events", "lookup", "http", "event=ready"})
    void aSignalAtAnyMomentOfTheStartEndsItInOrder(String moment) throws IOException {
        Path journal = Files.createDirectory(directory.resolve("journal"));
        Path config = Files.writeString(config(), """
                [journal]
                directory = "%1$s/journal"
                [http]
                socket = "%1$s/http"
                tokens_file = "%1$s/tokens"
                """.formatted(directory), StandardOpenOption.APPEND);
        try (PackagedAgent agent = PackagedAgent.launch(config)) {
            Await.until(
                    () -> Files.exists(directory.resolve(moment))
                            || String.join("", agent.log()).contains(moment),
                    Duration.ofSeconds(30),
                    () -> "log: " + agent.log());
            assertThat(agent.stop()).as(() -> String.join("\n", agent.log())).isZero();
            assertThat(agent.log())
                    .noneMatch(line -> line.contains("report"))
                    .last()
                    .asString()
                    .endsWith("event=stopped");
        }
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).containsExactlyInAnyOrder(config, journal);
        }
    }

    private static void awaitTold(Path told, String pattern) {
        Await.until(() -> text(told).matches(pattern), Duration.ofSeconds(30), () -> "told: " + text(told));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException notYet) {
            return "";
        }
    }

    private static TestCommand.CommandResult lookup(Path config) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return TestCommand.of(java, "-jar", PackagedAgent.jar(), "lookup", "--config", config, "quota", "a@example.org")
                .run();
    }

    /** With a database that is not there. */
    private Path config() throws IOException {
        return Files.writeString(directory.resolve("postern.toml"), """
                [mysql]
                socket = "%1$s/mysqld"
                [events]
                socket = "%1$s/events"
                [socketmap]
                socket = "%1$s/lookup"
                """.formatted(directory));
    }
}
