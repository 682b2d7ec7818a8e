package dev.postern.hooks;

import static dev.postern.hooks.HookRun.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.RealServers;
import dev.postern.testing.TestCommand;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The quota scripts under dash and busybox, with a doveadm that prints what a real one has printed. */
class QuotaScriptsIT {

    private static final String USER = "alice@example.org";
    private static final String ROOTS = """
            Quota name\tType\tValue\tLimit\t%
            \tSTORAGE\t6\t20\t30
            \tMESSAGE\t3\t3\t100
            Other\tSTORAGE\t99\t-\t0
            Other\tMESSAGE\t99\t-\t0
            """;
    private static final String SUM = "mailbox\tmessages\tvsize\nINBOX\t1\t108\nSent\t2\t6000\n";
    private static final String EXACT = "quota\tuser=" + USER + "\tbytes=6108\tmessages=3";

    private static final String ALL_ROOTS = """
            Username\tQuota name\tType\tValue\tLimit\t%
            c@example.org\tUser quota\tSTORAGE\t9000000000\t-\t0
            c@example.org\tUser quota\tMESSAGE\t7\t-\t0
            a@example.org\tUser quota\tSTORAGE\t2\t-\t0
            a@example.org\tUser quota\tMESSAGE\t2\t-\t0
            a@example.org\tOther\tSTORAGE\t99\t-\t0
            b@example.org\t\tSTORAGE\t0\t-\t0
            b@example.org\t\tMESSAGE\t0\t-\t0
            """;
    private static final String ALL_SUMS = """
            Username\tmailbox\tmessages\tvsize
            a@example.org\tINBOX\t1\t1000
            a@example.org\tSent\t1\t25
            b@example.org\tINBOX\t0\t0
            c@example.org\tINBOX\t8\t5
            """;
    private static final List<String> ALL = List.of(
            "quota\tuser=a@example.org\tbytes=1025\tmessages=2",
            "quota\tuser=b@example.org\tbytes=0\tmessages=0",
            "quota\tuser=c@example.org\tbytes=9216000000000\tmessages=7");

    @TempDir
    Path directory;

    private HookRun hooks;

    static Stream<List<String>> shells() {
        return HookRun.shells();
    }

    @BeforeEach
    void prepare() {
        hooks = new HookRun(directory);
    }

    @ParameterizedTest
    @MethodSource("shells")
    void aWarningTellsWhatDovecotSays(List<String> shell) {
        try (FakeAgent agent = FakeAgent.answering(hooks.socket(), "OK\n")) {
            HookRun.HookResult ended = warning(shell, doveadm(ROOTS, SUM));
            assertThat(ended.status()).as(ended.errors()).isZero();
            assertThat(agent.lines()).containsExactly(EXACT);
            assertThat(hooks.spooled()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void whereFoldersDoNotCountTheQuotaDoes(List<String> shell) {
        for (String sums : List.of("INBOX\t3\t7000\n", "INBOX\t4\t6108\n", "nonsense", "")) {
            String sum = "mailbox\tmessages\tvsize\n" + sums;
            assertThat(warning(shell, doveadm(ROOTS, sum)).status()).isZero();
            assertThat(hooks.spooled()).containsExactly(EXACT.replace("6108", "6144"));
            hooks.clear();
        }
    }

    /** Another warning may have reported newer figures before this one reported its own. */
    @ParameterizedTest
    @MethodSource("shells")
    void aWarningTellsUntilWhatItToldIsTrue(List<String> shell) {
        String grows = "n=$(cat " + directory + "/n 2>/dev/null || echo 0)\n"
                + "case \"$*\" in *quota*) [ \"$n\" -ge 3 ] || n=$((n + 1)); echo $n >" + directory + "/n\n"
                + "printf 'Quota name\\tType\\tValue\\tLimit\\t%%\\n\\tMESSAGE\\t%s\\t-\\t0\\n' $n ;; esac\n";
        hooks.program("doveadm", grows);
        try (FakeAgent agent = FakeAgent.answering(hooks.socket(), "OK\n")) {
            assertThat(warning(shell, environment()).status()).isZero();
            assertThat(agent.lines())
                    .containsExactly(
                            "quota\tuser=" + USER + "\tmessages=1",
                            "quota\tuser=" + USER + "\tmessages=2",
                            "quota\tuser=" + USER + "\tmessages=3");
        }
        hooks.clear();
        hooks.program("n", "");
    }

    @ParameterizedTest
    @MethodSource("shells")
    void aWarningIsSpooledWhenNotConfirmed(List<String> shell) {
        assertThat(warning(shell, doveadm(ROOTS, SUM)).status()).isZero();
        assertThat(hooks.spooled()).containsExactly(EXACT);
        hooks.clear();
        try (FakeAgent busy = FakeAgent.answering(hooks.socket(), "BUSY\n")) {
            assertThat(warning(shell, doveadm(ROOTS, SUM)).status()).isZero();
            assertThat(hooks.spooled()).containsExactly(EXACT);
            assertThat(busy.lines()).containsExactly(EXACT);
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void aWarningSaysWhatIsWrong(List<String> shell) {
        Map<String, String> fails = with(hooks.environment(), "POSTERN_DOVEADM", "/bin/false");
        assertThat(warning(shell, fails).status()).isEqualTo(75);
        assertThat(warning(shell, doveadm("", "")).errors()).contains("says nothing");
        assertThat(hooks.run(shell, "quota-warning", fails).status()).isEqualTo(64);
        assertThat(hooks.run(shell, "quota-warning", fails, "95", "a\nb").status())
                .isEqualTo(64);
        assertThat(hooks.spooled()).isEmpty();
        Map<String, String> nowhere = with(doveadm(ROOTS, SUM), "POSTERN_SPOOL", "/nonexistent");
        assertThat(warning(shell, nowhere).status()).isEqualTo(75);
        try (FakeAgent agent = FakeAgent.answering(hooks.socket(), "ERR no\n")) {
            HookRun.HookResult ended = warning(shell, doveadm(ROOTS, SUM));
            assertThat(ended.status()).isEqualTo(65);
            assertThat(ended.errors()).isEqualTo("postern: quota-warning: ERR no\n");
            assertThat(agent.lines()).hasSize(1);
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void anImportTellsEveryMailbox(List<String> shell) {
        try (FakeAgent agent = FakeAgent.answering(hooks.socket(), "OK\n")) {
            HookRun.HookResult ended = imports(shell, doveadm(ALL_ROOTS, ALL_SUMS));
            assertThat(ended.status()).as(ended.errors()).isZero();
            assertThat(ended.output()).isEqualTo("3 mailboxes: 3 taken, 0 refused, 0 not taken\n");
            assertThat(agent.lines()).containsExactlyElementsOf(ALL);
        }
    }

    /** What is known in KiB alone does not replace what the agent has to the byte and is the same in KiB. */
    @ParameterizedTest
    @MethodSource("shells")
    void anImportKeepsAnExactFigure(List<String> shell) {
        Path socket = directory.resolve("d");
        Map<String, String> environment = with(doveadm(ALL_ROOTS, ALL_SUMS), "POSTERN_DICT_SOCKET", socket.toString());
        String without = "quota\tuser=c@example.org\tmessages=7";
        for (String known : List.of("O9215999999500", "O9215999998976", "O9216000000001", "N", "Fdatabase is away")) {
            try (FakeAgent agent = FakeAgent.answering(hooks.socket(), "OK\n");
                    FakeAgent dict = FakeAgent.answering(socket, "", known + "\n")) {
                assertThat(imports(shell, environment).status()).isZero();
                assertThat(dict.lines()).containsExactly("H3\t2\t0\t\tquota", "Lpriv/quota/storage\tc@example.org");
                assertThat(agent.lines())
                        .as(known)
                        .containsExactly(ALL.get(0), ALL.get(1), known.endsWith("9500") ? without : ALL.get(2));
            }
            hooks.clear();
            TestCommand.of("rm", socket).output();
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void anImportOfOneUserKnowsItsName(List<String> shell) {
        String named = "back\\slash\\n@example.org";
        try (FakeAgent agent = FakeAgent.answering(hooks.socket(), "OK\n")) {
            assertThat(imports(shell, doveadm(ROOTS, SUM), named).output())
                    .isEqualTo("1 mailbox: 1 taken, 0 refused, 0 not taken\n");
            assertThat(agent.lines()).containsExactly(EXACT.replace(USER, named));
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void anImportOffersAgainWhatWasNotTaken(List<String> shell) {
        try (FakeAgent agent =
                FakeAgent.answering(hooks.socket(), "BUSY\n", "OK\n", "BUSY\n", "OK\n", "BUSY\n", "OK\n")) {
            HookRun.HookResult ended = imports(shell, doveadm(ALL_ROOTS, ALL_SUMS));
            assertThat(ended.status()).as(ended.errors()).isZero();
            assertThat(ended.output()).isEqualTo("3 mailboxes: 3 taken, 0 refused, 0 not taken\n");
            assertThat(agent.lines()).hasSize(6).endsWith(ALL.get(2), ALL.get(2));
        }
        hooks.clear();
        try (FakeAgent agent = FakeAgent.answering(hooks.socket(), "OK\n", "BUSY\n")) {
            HookRun.HookResult ended = imports(shell, doveadm(ALL_ROOTS, ALL_SUMS));
            assertThat(ended.status()).isEqualTo(75);
            assertThat(ended.output()).isEqualTo("3 mailboxes: 1 taken, 0 refused, 2 not taken\n");
            assertThat(agent.lines()).containsAll(ALL);
        }
    }

    /** As doveadm writes a tab in a name. */
    @ParameterizedTest
    @MethodSource("shells")
    void anImportSendsNoControlCharacterOn(List<String> shell) {
        try (FakeAgent agent = FakeAgent.answering(hooks.socket(), "OK\n")) {
            HookRun.HookResult ended =
                    imports(shell, doveadm(ALL_ROOTS.replace("b@example.org", "b\u0001t@example.org"), ALL_SUMS));
            assertThat(ended.status()).isEqualTo(65);
            assertThat(ended.output()).isEqualTo("3 mailboxes: 2 taken, 1 refused, 0 not taken\n");
            assertThat(ended.errors()).isEqualTo("quota-import: a user name has a control character\n");
            assertThat(agent.lines()).containsExactly(ALL.get(0), ALL.get(2));
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void anImportSaysWhatIsWrong(List<String> shell) {
        assertThat(imports(shell, doveadm(ALL_ROOTS, ALL_SUMS)).status()).isEqualTo(69);
        try (FakeAgent agent = FakeAgent.answering(hooks.socket(), "OK\n", "ERR no\u009b\u001b[2J\n")) {
            HookRun.HookResult ended = imports(shell, doveadm(ALL_ROOTS, ALL_SUMS));
            assertThat(ended.status()).isEqualTo(65);
            assertThat(ended.output()).isEqualTo("3 mailboxes: 1 taken, 2 refused, 0 not taken\n");
            assertThat(ended.errors()).isEqualTo("quota-import: ERR no???[2J\n");
            Map<String, String> environment = environment();
            hooks.program("doveadm", "exit 67\n");
            assertThat(imports(shell, environment, "nobody@example.org").status())
                    .isEqualTo(67);
            hooks.program("doveadm", "exit 75\n");
            HookRun.HookResult unread = imports(shell, environment);
            assertThat(unread.status()).isEqualTo(75);
            assertThat(unread.errors()).contains("could not read every mailbox");
            assertThat(agent.lines()).hasSize(3);
        }
    }

    /** The figures that doveadm would show there are the agent's own. */
    @ParameterizedTest
    @MethodSource("shells")
    void anImportHasDovecotCountWhereTheQuotaIsInTheDict(List<String> shell) {
        try (FakeAgent agent = FakeAgent.answering(hooks.socket(), "OK\n")) {
            hooks.program("doveconf", "echo 'dict:User quota::proxy:/run/postern/dict.sock:quota'\n");
            hooks.program("doveadm", "echo \"$@\"\n");
            Map<String, String> environment = with(
                    environment(),
                    "POSTERN_DOVECONF",
                    directory.resolve("doveconf").toString());
            assertThat(imports(shell, environment).output()).isEqualTo("quota recalc -A\ncounted anew by Dovecot\n");
            assertThat(imports(shell, environment, USER).output())
                    .isEqualTo("quota recalc -u " + USER + "\ncounted anew by Dovecot\n");
            hooks.program("doveadm", "exit 67\n");
            assertThat(imports(shell, environment, USER).status()).isEqualTo(67);
            assertThat(agent.lines()).isEmpty();
        }
    }

    /** Until 2.4.4, what doveadm counts anew is not reported by quota_clone. */
    @ParameterizedTest
    @MethodSource("shells")
    void anImportHasDovecotReportWhereQuotaCloneDoes(List<String> shell) {
        try (FakeAgent agent = FakeAgent.answering(hooks.socket(), "OK\n")) {
            for (String version : List.of("2.4.5 (x)", "2.4.11-2 (x)", "2.10.0 (x)", "3.0.1 (x)")) {
                assertThat(imports(shell, cloned(version)).output())
                        .as(version)
                        .isEqualTo("quota recalc -A\ncounted anew by Dovecot\n");
            }
            for (String version : List.of("2.4.4 (x)", "2.4.1-4 (x)", "2.3.19.1 (x)", "2.3.21 (x)")) {
                assertThat(imports(shell, cloned(version)).output()).as(version).doesNotContain("anew");
            }
            assertThat(agent.lines()).isEmpty();
        }
    }

    private Map<String, String> cloned(String version) {
        hooks.program("doveadm", "echo \"$@\"\n");
        return doveconf("# " + version + ": /etc/dovecot/dovecot.conf\nquota_clone = yes\n");
    }

    /** Of a namespace with a prefix, '*' is not enough; of the quota, neither is a folder that a rule leaves out. */
    @ParameterizedTest
    @MethodSource("shells")
    void foldersAreThoseThatDovecotsConfigurationHasThere(List<String> shell) {
        String sums = "mailbox\tmessages\tvsize\nINBOX\t1\t108\nSpam\t9\t9\nOld/Junk\t9\t9\nOld/2025\t2\t6000\n";
        hooks.program("doveadm", """
                case "$*" in
                    *'quota get'*) cat <<'END'
                %sEND
                ;;
                    *'vsize * Old/*'*) cat <<'END'
                %sEND
                ;;
                esac
                """.formatted(ROOTS, sums));
        Map<String, String> environment = doveconf("""
                namespace inbox {
                  mailbox Spam {
                    quota_ignore = yes
                  }
                  prefix =
                }
                namespace old {
                  mailbox Junk {
                    quota_ignore = yes
                  }
                  prefix = Old/
                }
                namespace others {
                  prefix = Others/
                  type = shared
                }
                """);
        try (FakeAgent agent = FakeAgent.answering(hooks.socket(), "OK\n")) {
            assertThat(imports(shell, environment, USER).status()).isZero();
            assertThat(warning(shell, environment).status()).isZero();
            assertThat(agent.lines()).containsExactly(EXACT, EXACT);
        }
    }

    private Map<String, String> doveconf(String output) {
        hooks.program("doveconf", "cat <<'END'\n" + output + "END\n");
        return with(
                environment(), "POSTERN_DOVECONF", directory.resolve("doveconf").toString());
    }

    /** A terminal of its own gets figures that overwrite each other; anything else gets the last line alone. */
    @Test
    void anImportShowsOnATerminalHowFarItIs() {
        RealServers.require("script", "env");
        try (FakeAgent agent = FakeAgent.answering(hooks.socket(), "OK\n")) {
            Map<String, String> environment = doveadm(ALL_ROOTS, ALL_SUMS);
            String variables = environment.entrySet().stream()
                    .map(variable -> variable.getKey() + "='" + variable.getValue() + "'")
                    .collect(Collectors.joining(" "));
            String shown = TestCommand.of(
                            "script",
                            "-qec",
                            "env -i " + variables + " dash " + HookRun.SCRIPTS.resolve("quota-import"),
                            "/dev/null")
                    .output();
            assertThat(shown)
                    .contains("\rquota-import: lines of quotas read: ")
                    .contains("\rquota-import: answered: ")
                    .containsPattern("\\r\\x1b\\[K\\d+ mailboxes: \\d+ taken, 0 refused, 0 not taken");
            assertThat(agent.lines()).containsExactlyElementsOf(ALL);
        }
    }

    private HookRun.HookResult warning(List<String> shell, Map<String, String> environment) {
        return hooks.run(shell, "quota-warning", environment, "95", USER);
    }

    private HookRun.HookResult imports(List<String> shell, Map<String, String> environment, String... mask) {
        return hooks.run(shell, "quota-import", environment, mask);
    }

    private Map<String, String> environment() {
        Map<String, String> environment = with(hooks.environment(), "POSTERN_PAUSES", "0 0");
        environment = with(environment, "POSTERN_DICT_SOCKET", directory + "/none");
        environment = with(environment, "POSTERN_DOVECONF", "/bin/false");
        return with(environment, "POSTERN_DOVEADM", directory.resolve("doveadm").toString());
    }

    /** A doveadm with these answers to {@code quota get} and {@code mailbox status}. */
    private Map<String, String> doveadm(String quota, String status) {
        hooks.program(
                "doveadm",
                "case \"$*\" in *'quota get'*) cat <<'END'\n" + quota + "END\n;; *'mailbox status'*) cat <<'END'\n"
                        + status + (status.endsWith("\n") || status.isEmpty() ? "" : "\n") + "END\n;; esac\n");
        return environment();
    }
}
