package dev.postern.cli;

import dev.postern.config.AgentConfig;
import dev.postern.relay.RelayRules;

/** The agent itself. */
public interface AgentRunner {

    /**
     * Runs until it is stopped.
     *
     * @param password of the database account
     * @param relay which logins open the relay
     * @return the exit code
     */
    int run(AgentConfig config, String password, RelayRules relay);
}
