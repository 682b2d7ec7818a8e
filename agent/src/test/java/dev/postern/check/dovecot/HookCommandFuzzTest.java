package dev.postern.check.dovecot;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Whatever a service of Dovecot runs, it is one of our scripts by its whole path, or none. */
class HookCommandFuzzTest {

    @FuzzTest
    void anyCommandIsOneOfOursOrNone(byte[] bytes) {
        String executable = new String(bytes, StandardCharsets.UTF_8);
        HookCommand command = HookCommand.of(executable);
        if (command != null) {
            assertThat(command.script()).isAbsolute();
            assertThat(command.name()).matches("(imap|pop3|submission|managesieve)-postlogin|quota-warning");
            assertThat(executable).contains(command.name()).contains(command.wrapper());
            assertThat(command.environment().keySet()).allMatch(variable -> variable.startsWith("POSTERN_"));
            assertThat(command.setting("POSTERN_SPOOL")).isNotNull();
        }
    }
}
