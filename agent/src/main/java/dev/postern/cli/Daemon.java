package dev.postern.cli;

import dev.postern.config.AgentConfig;

/** The agent itself. */
public interface Daemon {

    /**
     * Runs until it is told to stop.
     *
     * @param password of the database account
     * @return the exit code
     */
    int run(AgentConfig config, String password);
}
