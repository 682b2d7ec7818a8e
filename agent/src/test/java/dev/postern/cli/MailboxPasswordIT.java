package dev.postern.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.PackagedAgent;
import dev.postern.testing.RealServers;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Passwords from standard input, from the terminal and by chance. */
@Tag("newest-peers")
@Tag("database")
class MailboxPasswordIT extends AdminCommandsFixture {

    private final TestDatabase database;

    MailboxPasswordIT(TestDatabase database) {
        super(database);
        this.database = database;
    }

    /** None of what is set, or refused, stands anywhere but in the column, hashed. */
    @Test
    void passwordsStandInNoOutputAndNoAudit() throws IOException, InterruptedException {
        mailbox("alice@example.org");
        String before = hash();
        String generated = postern()
                .ok("mailbox", "password", "alice@example.org", "--generate")
                .lastWord();
        String after = hash();
        assertThat(after).isNotEqualTo(before).matches("[{]BLF-CRYPT[}]\\$2y\\$10\\$.{53}");

        assertThat(packaged("correct horse battery\n", "mailbox", "password", "alice@example.org", "--password-stdin"))
                .isEqualTo("0: mailbox alice@example.org: password set\n");
        assertThat(hash()).isNotEqualTo(after);
        String set = hash();
        for (String bad : List.of("secret-2".repeat(10), "secret-2\nsecret-2\n")) {
            assertThat(packaged(bad, "mailbox", "password", "alice@example.org", "--password-stdin"))
                    .startsWith("64: postern: a password ")
                    .doesNotContain("secret-2")
                    .hasLineCount(1);
        }
        assertThat(packaged("", "mailbox", "password", "alice@example.org"))
                .isEqualTo("64: postern: there is no terminal to ask for a password: --password-stdin reads one,"
                        + " --generate makes one\n");
        assertThat(hash()).isEqualTo(set);
        assertThat(audit().toString())
                .doesNotContain(generated, "correct horse", after.substring(20))
                .contains("(\"mailbox.password\", \"alice@example.org\", \"example.org\", \"{\"password\":\"set\"}\")");
    }

    @Test
    void aTerminalIsAskedTwiceWithoutEcho() throws IOException, InterruptedException {
        RealServers.require("script");
        mailbox("alice@example.org");
        String before = hash();
        String command = Path.of(System.getProperty("java.home"), "bin", "java") + " -jar " + PackagedAgent.jar()
                + " mailbox password alice@example.org --config " + postern().config();
        assertThat(onTerminal(command, "Password for ", "correct horse\n", "Again: ", "correct horde\n"))
                .contains("postern: the two passwords differ")
                .doesNotContain("correct");
        assertThat(hash()).isEqualTo(before);
        assertThat(onTerminal(command, "Password for ", "correct horse\n", "Again: ", "correct horse\n"))
                .contains("mailbox alice@example.org: password set")
                .doesNotContain("correct");
        assertThat(hash()).isNotEqualTo(before);
    }

    /** Runs it on a terminal and answers each prompt when it has come; what the terminal has shown. */
    private static String onTerminal(String command, String... promptsAndAnswers)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder("script", "-qec", command, "/dev/null")
                .redirectErrorStream(true)
                .start();
        StringBuilder shown = new StringBuilder();
        try (Reader output = new InputStreamReader(process.getInputStream(), UTF_8)) {
            int next = 0;
            int from = 0;
            for (int c = output.read(); c >= 0; c = output.read()) {
                shown.append((char) c);
                if (next < promptsAndAnswers.length
                        && shown.indexOf(promptsAndAnswers[next], from) >= 0
                        && shown.toString().endsWith(": ")) {
                    from = shown.length();
                    process.getOutputStream().write(promptsAndAnswers[next + 1].getBytes(UTF_8));
                    process.getOutputStream().flush();
                    next += 2;
                }
            }
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return shown.toString();
    }

    private String hash() {
        return database.query("SELECT password FROM user")
                .get(0)
                .get("password")
                .toString();
    }

    /** The packaged jar with this on its standard input; exit code and output as one. */
    private String packaged(String input, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-jar",
                PackagedAgent.jar().toString()));
        command.addAll(List.of(words));
        command.addAll(List.of("--config", postern().config().toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("SUDO_USER", "carol");
        Process process = builder.start();
        process.getOutputStream().write(input.getBytes(UTF_8));
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue() + ": " + output;
    }
}
