package dev.postern.cli;

import dev.postern.check.report.CheckReport;
import dev.postern.config.AgentConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Checks the host for {@code postern check}. */
@FunctionalInterface
public interface CheckRunner {

    /**
     * Looks at everything.
     *
     * @param file that the configuration was read from
     * @param mailbox a login of which is reported and followed; null = none
     */
    CheckReport examine(Path file, AgentConfig config, @Nullable String mailbox);
}
