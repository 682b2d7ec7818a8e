package dev.postern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentProcess;
import dev.postern.testing.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged daemon, with nothing else running: from its first line to its last. */
class RunIT {

    @TempDir
    private Path directory;

    @Test
    void logsLinesAnswersAndLeavesNothing() throws IOException {
        Path config = config();
        try (AgentProcess agent = AgentProcess.start(config)) {
            assertThat(agent.log())
                    .allMatch(
                            line -> line.matches(
                                    "time=\\S+Z level=(info|warn|error) event=(\\w+|\"[^\"]+\")( \\w+=([^\\s\"]+|\"(\\\\.|[^\"\\\\])*\"))*"));
            Command.Result lookup = lookup(config);
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
        try (AgentProcess agent = AgentProcess.start(config)) {
            agent.freeze();
            Command.Result lookup = lookup(config);
            agent.thaw();
            assertThat(lookup.status()).isEqualTo(75);
            assertThat(lookup.output()).contains("no answer from ").contains(" within 3 s");
        }
    }

    @Test
    void aSecondOneGivesWay() throws IOException {
        Path config = config();
        try (AgentProcess first = AgentProcess.start(config);
                AgentProcess second = AgentProcess.launch(config)) {
            assertThat(second.exitCode()).isEqualTo(69);
            assertThat(second.log()).last().asString().contains("level=error event=\"cannot start\" reason=");
            assertThat(lookup(config).output()).startsWith("postern: the agent says ");
            assertThat(first.log()).noneMatch(line -> line.contains("level=error event=\"cannot start\""));
        }
    }

    private static Command.Result lookup(Path config) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return Command.of(java, "-jar", AgentProcess.jar(), "lookup", "--config", config, "quota", "a@example.org")
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
