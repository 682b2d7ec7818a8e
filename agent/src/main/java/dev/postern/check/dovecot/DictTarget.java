package dev.postern.check.dovecot;

import dev.postern.check.host.SamePath;
import dev.postern.check.report.Check;
import dev.postern.check.report.Report;
import dev.postern.config.AgentConfig;
import java.nio.file.Path;

/** Where a plugin's dict goes to: the agent, or somebody else. */
record DictTarget(AgentConfig config, Report report) {

    /** Whether it is the agent's socket; reports it when it is not. */
    boolean isOurs(Check check, String plugin, Path dict) {
        AgentConfig.Dict ours = config.dict();
        if (ours != null && SamePath.is(ours.socket(), dict)) {
            return true;
        }
        report.problem(
                check,
                "Dovecot's " + plugin,
                "tells " + dict + ", where the agent does not listen",
                "[dict] socket = \"" + dict + "\", then systemctl restart postern");
        return false;
    }
}
