package dev.postern.agent;

import dev.postern.cli.AgentRunner;
import dev.postern.cli.ExitCode;
import dev.postern.cli.Version;
import dev.postern.config.AgentConfig;
import dev.postern.journal.Journal;
import dev.postern.journal.OpenResult;
import dev.postern.net.ListenException;
import dev.postern.relay.RelayRules;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code postern run}: the agent from now until SIGTERM or SIGINT. */
public final class AgentDaemon implements AgentRunner {

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
            return ShutdownSignal.untilStopped(() -> {
                log.atInfo().addKeyValue("version", Version.text()).log("starting");
                return AgentProcess.start(config, password, relay, journal(config.journal()))::close;
            });
        } catch (ListenException | JournalRefusedException refused) {
            log.atError().addKeyValue("reason", refused.getMessage()).log("cannot start");
            return ExitCode.UNAVAILABLE;
        }
    }

    private static OpenResult.@Nullable OpenedJournal journal(AgentConfig.@Nullable JournalSection journal) {
        if (journal == null) {
            return null;
        }
        OpenResult opening = Journal.open(journal.directory());
        if (opening instanceof OpenResult.OpenedJournal opened) {
            report(opened);
            return opened;
        }
        throw new JournalRefusedException(((OpenResult.OpenRefused) opening).reason());
    }

    private static void report(OpenResult.OpenedJournal journal) {
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
