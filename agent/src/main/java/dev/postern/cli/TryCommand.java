package dev.postern.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "try", description = "Runs the agent on an embedded MariaDB with sample mailboxes.")
final class TryCommand implements Callable<Integer> {

    private final DemoRunner demoRunner;

    @Option(names = "--directory", paramLabel = "DIR", description = "For every file and socket.")
    private @Nullable Path directory;

    TryCommand(DemoRunner trial) {
        this.demoRunner = trial;
    }

    @Override
    public Integer call() {
        return demoRunner.run(directory);
    }
}
