package dev.postern.agent;

import dev.postern.cli.Daemon;
import dev.postern.cli.Exit;
import dev.postern.cli.Version;
import dev.postern.config.AgentConfig;
import dev.postern.journal.Journal;
import dev.postern.journal.Opening;
import dev.postern.net.ListenException;
import dev.postern.relay.RelayRules;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code postern run}: the agent from now until SIGTERM or SIGINT. */
public final class AgentDaemon implements Daemon {

    private static final Logger log = LoggerFactory.getLogger(AgentDaemon.class);

    /** Why there is nothing to run; the message is for the administrator. */
    private static final class JournalRefusedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        JournalRefusedException(String reason) {
            super(reason);
        }
    }

    @Override
    public int run(AgentConfig config, String password, RelayRules relay) {
        try {
            return Lifetime.untilStopped(() -> {
                log.atInfo().addKeyValue("version", Version.text()).log("starting");
                return RunningAgent.start(config, password, relay, journal(config.journal()))::close;
            });
        } catch (ListenException | JournalRefusedException refused) {
            log.atError().addKeyValue("reason", refused.getMessage()).log("cannot start");
            return Exit.UNAVAILABLE;
        }
    }

    private static Opening.@Nullable Opened journal(AgentConfig.@Nullable Journal journal) {
        if (journal == null) {
            return null;
        }
        Opening opening = Journal.open(journal.directory());
        if (opening instanceof Opening.Opened opened) {
            report(opened);
            return opened;
        }
        throw new JournalRefusedException(((Opening.Refused) opening).reason());
    }

    private static void report(Opening.Opened journal) {
        int rows = journal.batches().stream()
                .mapToInt(batch -> batch.rows().size())
                .sum();
        log.atInfo()
                .addKeyValue("rows", rows)
                .addKeyValue("cut_bytes", journal.cutBytes())
                .log("journal read");
        if (journal.missingBytes() > 0) {
            log.atError()
                    .addKeyValue("missing_bytes", journal.missingBytes())
                    .log("journal incomplete: the end of it, which had been answered, is missing");
        }
    }
}
