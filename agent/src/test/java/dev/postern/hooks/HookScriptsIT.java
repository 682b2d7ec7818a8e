package dev.postern.hooks;

import static dev.postern.hooks.HookRun.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.RealServers;
import dev.postern.testing.TestCommand;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The post-login script under dash and busybox, in every state that the agent and the disk can be in. */
class HookScriptsIT {

    private static final String USER = "alice@example.org";
    private static final String LOGIN = "login\tuser=" + USER + "\tip=192.0.2.7\tservice=imap";

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
    void tellsTheAgentAndGoesOn(List<String> shell) {
        try (FakeAgent agent = FakeAgent.answering(hooks.socket(), "OK\n")) {
            HookRun.HookResult ended = login(shell, hooks.login(), "/bin/sh", "-c", "echo reached; exit 7");
            assertThat(ended.output()).isEqualTo("reached\n");
            assertThat(ended.status()).isEqualTo(7);
            HookRun.await(() -> hooks.helpers().isEmpty(), () -> "helpers end");
            assertThat(agent.lines()).containsExactly(LOGIN);
            assertThat(hooks.spooled()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void theNameSaysTheService(List<String> shell) {
        try (FakeAgent agent = FakeAgent.answering(hooks.socket(), "OK\n")) {
            for (String service : List.of("pop3", "submission", "managesieve")) {
                hooks.run(shell, service + "-postlogin", hooks.login(), "/bin/true");
                awaitTold(agent, LOGIN.replace("imap", service));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void whatIsNotConfirmedIsSpooled(List<String> shell) {
        for (String answer : List.of("BUSY\n", "nonsense\n", "OKAY\n", "OK", "\n\n\n", "x".repeat(20_000))) {
            try (FakeAgent agent = FakeAgent.answering(hooks.socket(), answer)) {
                assertReached(shell, hooks.login());
                hooks.awaitSpooled(LOGIN);
                awaitTold(agent, LOGIN);
            }
            HookRun.await(() -> hooks.helpers().isEmpty(), () -> "helpers end");
            hooks.clear();
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void whatIsRefusedIsLoggedAndNotSpooled(List<String> shell) {
        try (FakeAgent agent = FakeAgent.answering(hooks.socket(), "ERR user is missing\n")) {
            assertReached(shell, hooks.login());
            HookRun.await(() -> hooks.errors().equals("postern: ERR user is missing\n"), hooks::errors);
            assertThat(agent.lines()).hasSize(1);
            assertThat(hooks.spooled()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void aSilentAgentHoldsNothingUp(List<String> shell) throws IOException {
        Path zero = Files.createFile(directory.resolve("zero"));
        Path three = directory.resolve("three");
        try (FakeAgent agent = FakeAgent.answering(hooks.socket(), "")) {
            List<String> opensThree =
                    List.of("/bin/sh", "-c", "exec 0<" + zero + " 3>" + three + "; exec \"$@\"", "sh");
            Process process = hooks.start(opensThree, shell, "imap-postlogin", hooks.login(), "/bin/echo", "reached");
            // Ends only when no process holds the client's connection any more.
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(output).isEqualTo("reached\n");
            awaitTold(agent, LOGIN);
            assertThat(hooks.helpers()).as("waits for the answer still").isNotEmpty();
            assertThat(HookRun.holders(zero)).isEmpty();
            assertThat(HookRun.holders(three)).isEmpty();
            hooks.awaitSpooled(LOGIN);
        }
    }

    /** The kernel takes no connection for it any more: helpers must not pile up in connect. */
    @ParameterizedTest
    @MethodSource("shells")
    void aFrozenAgentHoldsNothingUp(List<String> shell) {
        try (FakeAgent frozen = FakeAgent.frozen(hooks.socket(), 2)) {
            for (int i = 0; i < 20; i++) {
                assertReached(shell, hooks.login());
            }
            assertThat(hooks.helpers()).isNotEmpty();
            hooks.awaitSpooledFiles(20);
            HookRun.await(() -> hooks.helpers().isEmpty(), () -> "helpers end: " + hooks.helpers());
            assertThat(frozen.lines()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void aStaleOrMissingSocketMeansTheSpool(List<String> shell) throws IOException {
        assertReached(shell, hooks.login());
        hooks.awaitSpooled(LOGIN);
        hooks.clear();
        try (ServerSocketChannel crashed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            crashed.bind(UnixDomainSocketAddress.of(hooks.socket()));
        }
        assertReached(shell, hooks.login());
        hooks.awaitSpooled(LOGIN);
        try (var files = Files.list(hooks.spool())) {
            Path file = files.findFirst().orElseThrow();
            assertThat(file.getFileName().toString()).matches("[0-9]+\\.0");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-r-----");
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void aNumberThatWasUsedBeforeGetsAnotherFile(List<String> shell) {
        List<String> earlier = List.of(
                "/bin/sh", "-c", ": >" + hooks.spool() + "/$$.0; mkfifo " + hooks.spool() + "/$$.1; exec \"$@\"", "sh");
        Map<String, String> login = with(hooks.login(), "POSTERN_VIA", "spool");
        hooks.end(hooks.start(earlier, shell, "imap-postlogin", login, "/bin/true"));
        TestCommand.of("find", hooks.spool(), "-type", "p", "-delete").output();
        assertThat(hooks.spooled()).containsExactly(LOGIN);
    }

    @ParameterizedTest
    @MethodSource("shells")
    void nothingAtAllIsThereAndTheLoginGoesOn(List<String> shell) throws IOException {
        Files.delete(hooks.spool());
        assertReached(shell, hooks.login());
        String complaint = "postern: login not reported: cannot write to " + hooks.spool() + "\n";
        HookRun.await(() -> hooks.errors().equals(complaint), hooks::errors);
    }

    @ParameterizedTest
    @MethodSource("shells")
    void aFullDiskDoesNotStopTheLogin(List<String> shell) {
        root("a full disk of its own");
        TestCommand.of("mount", "-t", "tmpfs", "-o", "size=4k,mode=777", "none", hooks.spool())
                .output();
        try {
            TestCommand.of("sh", "-c", "yes > " + hooks.spool() + "/.full 2>/dev/null")
                    .run();
            for (String via : List.of("socket", "spool")) {
                assertReached(shell, with(hooks.login(), "POSTERN_VIA", via));
                HookRun.await(() -> hooks.errors().contains("cannot write"), hooks::errors);
            }
            HookRun.await(
                    () -> hooks.spooledFiles().equals(List.of(".full")),
                    () -> hooks.spooledFiles().toString());
        } finally {
            TestCommand.of("umount", hooks.spool()).output();
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void viaTheSpoolNothingIsLeftForLater(List<String> shell) {
        try (FakeAgent agent = FakeAgent.answering(hooks.socket(), "OK\n")) {
            HookRun.HookResult ended = login(
                    shell, with(hooks.login(), "POSTERN_VIA", "spool"), "/bin/sh", "-c", "cat " + hooks.spool() + "/*");
            assertThat(ended.output()).isEqualTo(LOGIN + "\n");
            assertThat(agent.lines()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void withoutTheUsualToolThereAreOthers(List<String> shell) {
        root("a machine without nc.openbsd");
        RealServers.require("socat", "unshare");
        try (FakeAgent agent = FakeAgent.answering(hooks.socket(), "OK\n")) {
            hooks.end(hooks.start(without("nc.openbsd"), shell, "imap-postlogin", hooks.login(), "/bin/true"));
            awaitTold(agent, LOGIN);
            hooks.end(hooks.start(without("nc.openbsd", "socat"), shell, "imap-postlogin", hooks.login(), "/bin/true"));
            hooks.awaitSpooled(LOGIN);
            assertThat(agent.lines()).hasSize(1);
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void controlCharactersAreNeverPassedOn(List<String> shell) {
        try (FakeAgent agent = FakeAgent.answering(hooks.socket(), "OK\n")) {
            for (String user : List.of("a\tip=192.0.2.1@b.org", "a\nlogin@b.org", "a\u0001@b.org", "a\u007f@b.org")) {
                assertReached(shell, with(hooks.login(), "USER", user));
                assertThat(hooks.errors())
                        .isEqualTo("postern: login not reported: control character in user or address\n");
            }
            assertReached(shell, with(hooks.login(), "IP", "192.0.2.7\n"));
            assertReached(shell, with(hooks.login(), "USER", "a".repeat(5000)));
            assertThat(hooks.errors()).isEqualTo("postern: login not reported: too long\n");
            assertThat(agent.lines()).isEmpty();
            assertThat(hooks.spooled()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void hostileNamesAreOnlyNames(List<String> shell) {
        Path trace = directory.resolve("trace");
        try (FakeAgent agent = FakeAgent.answering(hooks.socket(), "OK\n")) {
            for (String user : List.of(
                    "%s%n\\n@example.org",
                    "$(touch " + trace + ")@example.org",
                    "`touch " + trace + "`@example.org",
                    "'; touch " + trace + "; '\"@example.org",
                    "-e@example.org",
                    "EOF",
                    "a".repeat(4000),
                    "j\u00f6rg@example.org")) {
                hooks.run(shell, "imap-postlogin", with(hooks.login(), "USER", user), "/bin/true");
                awaitTold(agent, LOGIN.replace(USER, user));
            }
        }
        assertThat(trace).doesNotExist();
        assertThat(hooks.spooled()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("shells")
    void whatComesAfterGetsTheEnvironmentAsItWas(List<String> shell) {
        Map<String, String> environment = with(hooks.login(), "USERDB_KEYS", "UID GID");
        String seen = login(shell, environment, "/usr/bin/env").output();
        assertThat(seen.lines())
                .containsAll(environment.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .toList());
        // Busybox exports a PATH of its own.
        assertThat(seen).doesNotContain("PATH=/usr/local");
        assertThat(login(shell, environment, "/bin/grep", "SigIgn", "/proc/self/status")
                        .output())
                .isEqualTo(TestCommand.of("grep", "SigIgn", "/proc/self/status").output());
    }

    @ParameterizedTest
    @MethodSource("shells")
    void aMasterUsersLoginIsNotReported(List<String> shell) {
        assertReached(shell, with(hooks.login(), "MASTER_USER", "root"));
        assertThat(hooks.spooled()).isEmpty();
    }

    @Test
    void shellcheckHasNothingToSay() throws IOException {
        RealServers.require("shellcheck");
        try (var scripts = Files.list(HookRun.SCRIPTS)) {
            List<Object> command = new ArrayList<>(List.of("shellcheck", "--shell=sh"));
            scripts.filter(script -> !script.toString().endsWith(".md")).forEach(command::add);
            assertThat(TestCommand.of(command.toArray()).run().output()).isEmpty();
        }
    }

    private HookRun.HookResult login(List<String> shell, Map<String, String> environment, String... then) {
        return hooks.run(shell, "imap-postlogin", environment, then);
    }

    private void assertReached(List<String> shell, Map<String, String> environment) {
        HookRun.HookResult ended = login(shell, environment, "/bin/echo", "reached");
        assertThat(ended.output()).isEqualTo("reached\n");
        assertThat(ended.status()).isZero();
    }

    private static void awaitTold(FakeAgent agent, String line) {
        HookRun.await(() -> agent.lines().contains(line), () -> agent.lines().toString());
    }

    private static void root(String what) {
        if (!"root".equals(System.getProperty("user.name"))) {
            RealServers.missing(what + " needs root");
        }
    }

    /** A mount namespace in which programs of these names cannot be executed. */
    private static List<String> without(String... programs) {
        StringBuilder script = new StringBuilder();
        for (String program : programs) {
            script.append("mount --bind /dev/null ")
                    .append(RealServers.find(program))
                    .append(" && ");
        }
        return List.of("/usr/bin/unshare", "-m", "/bin/sh", "-c", script + "exec \"$@\"", "sh");
    }
}
