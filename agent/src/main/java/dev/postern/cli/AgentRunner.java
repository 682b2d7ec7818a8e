package dev.postern.cli;

import dev.postern.config.AgentConfig;
import dev.postern.relay.RelayRules;

/** The agent itself. */
public interface AgentRunner {

    /**
     * Runs until it is told to stop.
     *
     * @param password of the database account
     * @param relay who may relay after a login
     * @return the exit code
     */
    int run(AgentConfig config, String password, RelayRules relay);
}
