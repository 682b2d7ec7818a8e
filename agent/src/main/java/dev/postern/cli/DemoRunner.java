package dev.postern.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The agent on a database of its own. */
public interface DemoRunner {

    /**
     * Runs until it is stopped.
     *
     * @param directory for every file and socket; null = one of its own choice
     * @return the exit code
     */
    int run(@Nullable Path directory);
}
