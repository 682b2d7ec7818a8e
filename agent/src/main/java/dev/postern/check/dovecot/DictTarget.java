package dev.postern.check.dovecot;

import dev.postern.check.host.PathComparison;
import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import dev.postern.config.AgentConfig;
import java.nio.file.Path;

/** Where a plugin's dict goes to: the agent, or another server. */
record DictTarget(AgentConfig config, CheckReport report) {

    /** Whether it is the agent's socket; reports it when it is not. */
    boolean isOurs(CheckName check, String plugin, Path dict) {
        AgentConfig.DictSection ours = config.dict();
        if (ours != null && PathComparison.isSame(ours.socket(), dict)) {
            return true;
        }
        report.problem(
                check,
                "Dovecot's " + plugin,
                "reports to " + dict + ", where the agent does not listen",
                "[dict] socket = \"" + dict + "\", then systemctl restart postern");
        return false;
    }
}
