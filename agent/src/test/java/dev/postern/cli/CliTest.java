package dev.postern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import dev.postern.config.AgentConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CliTest {

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Map<String, String> environment = new HashMap<>();
    private final List<Object> started = new ArrayList<>();
    private final CheckReport report = new CheckReport();
    private Path file;

    @BeforeEach
    void place() {
        file = directory.resolve("postern.toml");
    }

    @Test
    void withoutACommandThereIsUsage() {
        assertThat(run()).isEqualTo(64);
        assertThat(err.toString()).startsWith("postern: a command is missing\nUsage: postern");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void unknownWordsAreUsage() {
        assertThat(run("rnu")).isEqualTo(64);
        assertThat(run("run", "--confg", "x")).isEqualTo(64);
        assertThat(run("run", "--config")).isEqualTo(64);
        assertThat(run("migrate")).isEqualTo(64);
        assertThat(run("lookup", "quota")).isEqualTo(64);
        assertThat(run("lookup", "bounces", "alice@example.org")).isEqualTo(64);
        assertThat(err.toString())
                .contains("postern: no such map: the maps are quota, pop-before-smtp\n")
                .contains("Usage: postern lookup")
                .doesNotContain("\tat ");
    }

    @Test
    void helpAndVersionAreNoErrors() {
        assertThat(run("--version")).isZero();
        assertThat(run("--help")).isZero();
        assertThat(run("run", "--help")).isZero();
        assertThat(out.toString())
                .startsWith("postern ")
                .contains("run", "try", "check", "config", "migrate", "lookup", "/etc/postern/postern.toml");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void helpIsACommandToo() {
        assertThat(run("help")).isZero();
        assertThat(out.toString()).startsWith("Usage: postern").contains("mailbox", "relay", "token");
        assertThat(run("help", "check")).isZero();
        assertThat(out.toString()).contains("Usage: postern check");
        assertThat(run("help", "chekc")).isEqualTo(64);
        assertThat(run("mailbox", "--no-such-option")).isEqualTo(64);
        assertThat(run("relay", "close")).isEqualTo(64);
    }

    @Test
    void configPrintsWhatSomebodyHasSet() throws IOException {
        write("[mysql]\nport = 3307\n[events]\nsocket = \"/e\"");
        assertThat(run("config", "-n", "--config", file.toString())).isZero();
        assertThat(out.toString()).isEqualTo("[mysql]\nport = 3307\n\n[events]\nsocket = \"/e\"\n");
    }

    @Test
    void theApisCommandsNeedASectionAndAToken() throws IOException {
        write("[mysql]");
        assertThat(run("mailbox", "--config", file.toString())).isEqualTo(78);
        write("[mysql]\n[http]\ntokens_file = \"/tokens\"");
        assertThat(run("relay", "--config", file.toString())).isEqualTo(78);
        assertThat(err.toString().lines())
                .containsExactly(
                        "postern: the configuration has no [http]; add the section",
                        "postern: --token-file: \"" + directory.resolve("cli.token")
                                + "\" cannot be read; (umask 077 && postern token add cli --role write >"
                                + directory.resolve("cli.token") + ")");
    }

    @Test
    void runHandsOverWhatItHasRead() throws IOException {
        Path password = secret("hunter2\n");
        write("[mysql]\nuser = \"agent\"\npassword_file = \"" + password + "\"");
        assertThat(run("run", "--config", file.toString())).isEqualTo(42);
        assertThat(started).hasSize(3).element(1).isEqualTo("hunter2");
        assertThat(((AgentConfig) started.get(0)).mysql().user()).isEqualTo("agent");
    }

    @Test
    void runSaysAllThatIsWrongAndDoesNotStart() throws IOException {
        write("[mysql]\nprot = 1\n[events]\nsocket = \"/a\"\nmode = \"abc\"");
        environment.put("POSTERN_MYSQL_TLS", "on");
        assertThat(run("run", "--config", file.toString())).isEqualTo(78);
        assertThat(err.toString().lines())
                .containsExactly(
                        "postern: " + file + ": mysql.prot: is not a known key; did you mean port?",
                        "postern: POSTERN_MYSQL_TLS: \"on\" is not known; write \"off\", \"required\" or \"verify\"",
                        "postern: " + file + ": events.mode: \"abc\" is not an octal mode; write it like \"0660\"");
        assertThat(started).isEmpty();
    }

    @Test
    void runNeedsTheFileAndThePassword() throws IOException {
        assertThat(run("run", "--config", file.toString())).isEqualTo(78);
        write("[mysql]\npassword_file = \"" + directory.resolve("none") + "\"");
        assertThat(run("run", "--config", file.toString())).isEqualTo(78);
        assertThat(err.toString().lines())
                .containsExactly(
                        "postern: " + file + ": does not exist; create it, or name another with --config",
                        "postern: " + file + ": mysql.password_file: \"" + directory.resolve("none")
                                + "\" does not exist; install -m 0640 -g postern /dev/stdin "
                                + directory.resolve("none"));
        assertThat(started).isEmpty();
    }

    @Test
    void runNeedsThePostfixWhoseNetworksAreToBeExcluded() throws IOException {
        write("[mysql]\n[relay]\nexclude_mynetworks = \"" + directory.resolve("none") + "\"");
        assertThat(run("run", "--config", file.toString())).isEqualTo(69);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("postern: " + file + ": relay.exclude_mynetworks: \"" + directory.resolve("none")
                        + "\" cannot be known: ")
                .endsWith("; see postconf -c " + directory.resolve("none")
                        + " -xh mynetworks; or leave it out, and name the networks in relay.exclude");
        assertThat(started).isEmpty();
    }

    @Test
    void tryHandsOverItsDirectory() {
        assertThat(run("try", "--directory", "/x")).isEqualTo(43);
        assertThat(run("try")).isEqualTo(43);
        assertThat(started).containsExactly(Path.of("/x"), "no directory");
    }

    @Test
    void configPrintsWhatHolds() throws IOException {
        write("[mysql]\nport = 3307");
        environment.put("POSTERN_QUOTA_REPLY", "552 5.2.2 Full");
        assertThat(run("config", "--config", file.toString())).isZero();
        assertThat(out.toString()).contains("\nport = 3307\n").contains("\nreply = \"552 5.2.2 Full\"  ");
        assertThat(run("config", "--config", "/nowhere")).isEqualTo(78);
    }

    @Test
    void checkOfASoundHostSaysNothing() throws IOException {
        write("[mysql]");
        assertThat(run("check", "--config", file.toString())).isZero();
        assertThat(out.toString() + err).isEmpty();
    }

    @Test
    void checkSaysWhatWasFoundAndWhatCouldNotBeLookedAt() throws IOException {
        write("[mysql]");
        report.problem(CheckName.CLOCK, "mail", "its clock\nis behind", "timedatectl");
        report.problem(CheckName.CLOCK, "mail", "its clock\nis behind", "timedatectl");
        report.problem(CheckName.CLOCK, "mail", "lasttime is ahead", "timedatectl");
        report.problem(CheckName.LOGIN, "alice", "its clock", "timedatectl");
        report.unchecked(CheckName.COLUMNS, "no root");
        assertThat(run("check", "--config", file.toString())).isEqualTo(1);
        assertThat(out.toString())
                .isEqualTo("postern: mail: its clock?is behind; lasttime is ahead; alice: its clock; timedatectl\n");
        assertThat(err.toString()).isEqualTo("postern: columns not checked: no root\n");
    }

    @Test
    void checkTellsScriptsTheSame() throws IOException {
        write("[mysql]");
        report.problem(CheckName.CLOCK, "mail", "is \"late\"", "timedatectl");
        report.unchecked(CheckName.COLUMNS, "no root");
        assertThat(run("check", "--config", file.toString(), "--format", "json"))
                .isEqualTo(1);
        assertThat(new ObjectMapper().readTree(out.toString()))
                .isEqualTo(
                        new ObjectMapper()
                                .readTree(
                                        "{\"findings\":[{\"check\":\"clock\",\"where\":\"mail\",\"problem\":\"is \\\"late\\\"\","
                                                + "\"mend\":\"timedatectl\"}],\"unchecked\":[{\"check\":\"columns\",\"why\":\"no root\"}],\"notes\":[]}"));
        assertThat(run("check", "--config", "/nowhere", "--format", "json")).isEqualTo(78);
        assertThat(out.toString()).contains("\"check\" : \"config\"").contains("does not exist");
        assertThat(run("check", "--format", "xml")).isEqualTo(64);
        assertThat(run("check", "--mailbox", "a@example.org\tip=::1")).isEqualTo(64);
    }

    @Test
    void checkOfAFileThatCannotBeUsed() throws IOException {
        assertThat(run("check", "--config", file.toString())).isEqualTo(78);
        write("[mysql]\n[mysql]");
        assertThat(run("check", "--config", file.toString())).isEqualTo(78);
        assertThat(out.toString().lines())
                .containsExactly(
                        "postern: " + file + ": does not exist; create it, or name another with --config",
                        "postern: " + file + ":2:7: is not TOML: Table redefined; see https://toml.io");
    }

    @Test
    void lookupNeedsASocketmap() throws IOException {
        write("[mysql]");
        assertThat(run("lookup", "quota", "a@example.org", "--config", file.toString()))
                .isEqualTo(78);
        assertThat(err.toString()).isEqualTo("postern: the configuration has no [socketmap]; add the section\n");
    }

    @Test
    void lookupOfWhatIsTooLongForAnAddressIsMissing() throws IOException {
        write("[mysql]\n[socketmap]\nsocket = \"" + directory + "/lookup\"");
        assertThat(run("lookup", "quota", "a".repeat(1001), "--config", file.toString()))
                .isEqualTo(1);
        assertThat(out.toString() + err).isEmpty();
    }

    @Test
    void lookupTakesAKeyThatBeginsWithAHyphen() throws IOException {
        write("[mysql]\n[socketmap]\nsocket = \"" + directory + "/lookup\"");
        for (String key : List.of("-x@example.org", "--x@example.org")) {
            assertThat(run("lookup", "--config", file.toString(), "quota", key)).isEqualTo(75);
        }
        assertThat(run("lookup", "--config", file.toString(), "quota", "--", "-h@example.org"))
                .isEqualTo(75);
        assertThat(run("lookup", "--config", file.toString(), "quota", "-h@example.org"))
                .isEqualTo(64);
        assertThat(out.toString()).isEmpty();
        assertThat(run("lookup", "-h")).isZero();
        assertThat(run("lookup", "--confg", file.toString(), "quota", "a@example.org"))
                .isEqualTo(64);
    }

    @Test
    void lookupWithoutAnAgentIsATemporaryFailure() throws IOException {
        write("[mysql]\n[socketmap]\nsocket = \"" + directory + "/lookup\"");
        assertThat(run("lookup", "--config", file.toString(), "quota", "a@example.org"))
                .isEqualTo(75);
        assertThat(err.toString())
                .isEqualTo("postern: cannot ask the agent at " + directory + "/lookup: No such file or directory\n");
    }

    @Test
    void aWordThatBeginsWithAtIsNoFileOfWords() throws IOException {
        write("[mysql]");
        Path words = Files.writeString(directory.resolve("words"), "--help");
        assertThat(run("lookup", "quota", "@" + words, "--config", file.toString()))
                .isEqualTo(78);
        assertThat(run("mailbox", "--search", "@" + words, "--config", file.toString()))
                .isEqualTo(78);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void migrateNeedsThePassword() throws IOException {
        write("[mysql]");
        assertThat(run(
                        "migrate",
                        "--config",
                        file.toString(),
                        "--admin-user",
                        "root",
                        "--admin-password-file",
                        "/none"))
                .isEqualTo(78);
        assertThat(err.toString()).startsWith("postern: --admin-password-file: \"/none\" does not exist; ");
    }

    @Test
    void onlyABugShowsItsTrace() throws IOException {
        write("[mysql]");
        Cli cli = new Cli(
                (config, password, relay) -> {
                    throw new IllegalStateException("bug");
                },
                directory -> 0,
                (checked, config, mailbox) -> report,
                environment,
                new PrintWriter(out),
                new PrintWriter(err));
        assertThat(cli.run("run", "--config", file.toString())).isEqualTo(70);
        assertThat(err.toString())
                .startsWith("postern: a fault of this program")
                .contains("\tat ");
    }

    private int run(String... args) {
        AgentRunner daemon = (config, password, relay) -> {
            started.addAll(List.of(config, password, relay));
            return 42;
        };
        DemoRunner trial = directory -> {
            started.add(directory == null ? "no directory" : directory);
            return 43;
        };
        return new Cli(
                        daemon,
                        trial,
                        (checked, config, mailbox) -> report,
                        environment,
                        new PrintWriter(out),
                        new PrintWriter(err))
                .run(args);
    }

    private void write(String toml) throws IOException {
        Files.writeString(file, toml);
    }

    private Path secret(String text) throws IOException {
        Path secret = Files.writeString(directory.resolve("password"), text);
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r-----"));
        return secret;
    }
}
