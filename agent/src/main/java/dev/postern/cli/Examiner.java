package dev.postern.cli;

import dev.postern.config.AgentConfig;
import dev.postern.doctor.report.Report;
import java.nio.file.Path;

/** Who looks at the host for {@code postern check}. */
@FunctionalInterface
public interface Examiner {

    /**
     * Looks at everything.
     *
     * @param file that the configuration was read from
     */
    Report examine(Path file, AgentConfig config);
}
