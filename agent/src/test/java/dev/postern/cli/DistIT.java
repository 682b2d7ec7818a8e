package dev.postern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.RealServers;
import dev.postern.testing.TestCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files shipped beside the jar, checked by the programs that read them. */
class DistIT {

    private static final Path DIST = Path.of(System.getProperty("postern.root", ".."), "agent", "dist");

    @TempDir
    private Path directory;

    @Test
    void launcherIsGoodShell() {
        RealServers.require("shellcheck");
        assertThat(TestCommand.of("shellcheck", DIST.resolve("postern"), DIST.resolve("make-archive"))
                        .output())
                .isEmpty();
    }

    @Test
    void launcherSaysWhatIsMissing() throws IOException {
        Path alone = Files.copy(DIST.resolve("postern"), directory.resolve("postern"));
        TestCommand.CommandResult noJar =
                TestCommand.of("sh", alone, "--version").run();
        assertThat(noJar.status()).isEqualTo(69);
        assertThat(noJar.output()).contains("no postern.jar").hasLineCount(1);
        Files.createFile(directory.resolve("postern.jar"));
        TestCommand.CommandResult noJava = TestCommand.of("env", "JAVA_HOME=/none", "sh", alone, "--version")
                .run();
        assertThat(noJava.status()).isEqualTo(69);
        assertThat(noJava.output()).contains("no /none/bin/java").hasLineCount(1);
    }

    @Test
    void manualIsSetWithoutAWarning() throws IOException {
        RealServers.require("groff");
        try (var pages = Files.list(DIST.resolve("man"))) {
            for (Path page : pages.toList()) {
                Path shown = Files.readString(page).startsWith(".so ") ? DIST.resolve("man/imap-postlogin.8") : page;
                String set = TestCommand.of("groff", "-man", "-ww", "-Tutf8", "-P-cbou", shown)
                        .output();
                assertThat(set)
                        .as(page.toString())
                        .contains("NAME", "DESCRIPTION")
                        .doesNotContain("warning:", "error:");
            }
        }
    }

    @Test
    void completionKnowsCommandsAndOptions() throws IOException {
        RealServers.require("bash");
        Path script = Files.writeString(
                directory.resolve("completion"),
                TestCommand.of(
                                "env",
                                "JAVA_HOME=" + System.getProperty("java.home"),
                                DIST.resolve("postern"),
                                "generate-completion")
                        .output());
        assertThat(completed(script, "postern", "mail")).contains("mailbox");
        assertThat(completed(script, "postern", "check", "--f")).contains("--format");
        assertThat(completed(script, "postern", "check", "--format", "")).contains("json");
        assertThat(completed(script, "postern", "token", "add", "x", "--role", ""))
                .contains("read", "write");
        assertThat(completed(script, "postern", "lookup", "")).contains("quota", "pop-before-smtp");
        assertThat(completed(script, "postern", "relay", "")).contains("list", "close");
    }

    private static String completed(Path script, String... words) {
        String line = String.join(" ", words);
        return TestCommand.of(
                        "bash",
                        "-c",
                        ". " + script + "; COMP_WORDS=(" + line + (line.endsWith(" ") ? "''" : "") + "); COMP_CWORD="
                                + (words.length - 1) + "; COMP_LINE='" + line
                                + "'; COMP_POINT=${#COMP_LINE}; f=$(complete -p postern | sed 's/.*-F \\([^"
                                + " ]*\\).*/\\1/');"
                                + " $f postern; printf '%s\\n' \"${COMPREPLY[@]}\"")
                .output();
    }

    @Test
    void unitIsUnderstood() throws IOException {
        RealServers.require("systemd-analyze");
        for (String name : List.of("postern.service", "postern-quota-import.service")) {
            String unit = Files.readString(DIST.resolve(name));
            Files.writeString(
                    directory.resolve(name),
                    unit.replaceFirst("ExecStart=/usr/(bin|lib/postern)/\\S+", "ExecStart=/bin/true"));
        }
        TestCommand verify = TestCommand.of(
                "systemd-analyze",
                "verify",
                "--man=no",
                directory.resolve("postern.service"),
                directory.resolve("postern-quota-import.service"));
        assertThat(verify.output()).isEmpty();
    }

    /** In tenths, as systemd counts: what each unit could do that it need not. */
    @ParameterizedTest
    @ValueSource(strings = {"postern.service", "postern-quota-import.service"})
    void unitMayDoLittle(String unit) {
        RealServers.require("systemd-analyze");
        TestCommand.CommandResult judged = TestCommand.of(
                        "systemd-analyze",
                        "security",
                        "--offline=true",
                        "--threshold=15",
                        "--no-pager",
                        DIST.resolve(unit))
                .run();
        assertThat(judged.status()).as(judged.output()).isZero();
    }

    @Test
    void usersAndDirectoriesAreUnderstood() throws IOException {
        RealServers.require("systemd-sysusers", "systemd-tmpfiles");
        Path root = Files.createDirectories(directory.resolve("root/etc")).getParent();
        assertThat(TestCommand.of("systemd-sysusers", "--root=" + root, DIST.resolve("sysusers.d/postern.conf"))
                        .run()
                        .status())
                .isZero();
        assertThat(Files.readString(root.resolve("etc/group")))
                .containsPattern("(?m)^dovecot:x:\\d+:postern$")
                .containsPattern("(?m)^postern:x:\\d+:$");
        TestCommand.of("systemd-tmpfiles", "--root=" + root, "--create", DIST.resolve("tmpfiles.d/postern.conf"))
                .output();
        assertThat((int) Files.getAttribute(root.resolve("var/spool/postern"), "unix:mode") & 07777)
                .isEqualTo(03730);
    }
}
