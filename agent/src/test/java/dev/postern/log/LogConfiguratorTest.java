package dev.postern.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogConfiguratorTest {

    @Test
    void othersAreHeardFromWarnOnly() {
        LoggerContext context = new LoggerContext();
        LogConfigurator.configure(context, new DuplicateLogFilter());
        assertThat(context.getLogger("dev.postern.database").getEffectiveLevel())
                .isEqualTo(Level.INFO);
        assertThat(context.getLogger("io.netty").getEffectiveLevel()).isEqualTo(Level.WARN);
    }

    @Test
    void theJournalIsWhatTheVariableSaysAndNothingElse(@TempDir Path directory) throws IOException {
        Path file = Files.createFile(directory.resolve("stderr"));
        String stream = Files.getAttribute(file, "unix:dev") + ":" + Files.getAttribute(file, "unix:ino");
        assertThat(LogConfigurator.isJournal(stream, file)).isTrue();
        assertThat(LogConfigurator.isJournal("1:2", file)).isFalse();
        assertThat(LogConfigurator.isJournal(null, file)).isFalse();
        assertThat(LogConfigurator.isJournal(stream, directory.resolve("none"))).isFalse();
    }
}
