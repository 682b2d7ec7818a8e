package dev.postern;

import dev.postern.cli.Daemon;
import dev.postern.cli.Exit;
import dev.postern.config.AgentConfig;
import dev.postern.core.RelayRules;
import dev.postern.journal.Journal;
import dev.postern.journal.Opening;
import dev.postern.net.ListenException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code postern run}: the agent from now until SIGTERM or SIGINT. */
final class AgentDaemon implements Daemon {

    private static final Logger log = LoggerFactory.getLogger(AgentDaemon.class);

    @Override
    public int run(AgentConfig config, String password, RelayRules relay) {
        if (config.journal() == null) {
            return run(config, password, relay, null);
        }
        Opening opening = Journal.open(config.journal().directory());
        if (opening instanceof Opening.Opened journal) {
            log.atInfo()
                    .addKeyValue(
                            "rows",
                            journal.batches().stream()
                                    .mapToInt(batch -> batch.rows().size())
                                    .sum())
                    .addKeyValue("cut_bytes", journal.cutBytes())
                    .log("journal read");
            return run(config, password, relay, journal);
        }
        log.atError()
                .addKeyValue("reason", ((Opening.Refused) opening).reason())
                .log("cannot start");
        return Exit.UNAVAILABLE;
    }

    private static int run(AgentConfig config, String password, RelayRules relay, Opening.@Nullable Opened journal) {
        try {
            return Lifetime.untilStopped(() -> RunningAgent.start(config, password, relay, journal)::close);
        } catch (ListenException refused) {
            log.atError().addKeyValue("reason", refused.getMessage()).log("cannot start");
            return Exit.UNAVAILABLE;
        }
    }
}
