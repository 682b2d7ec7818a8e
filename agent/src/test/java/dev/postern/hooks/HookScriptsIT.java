package dev.postern.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.Await;
import dev.postern.testing.Command;
import dev.postern.testing.Peers;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each script under dash and busybox, in every state that the agent and the disk can be in. */
class HookScriptsIT {

    private static final Path HOOKS = TestDatabase.schema().resolveSibling("hook-scripts");
    private static final String LOGIN = "login\tuser=alice@example.org\tip=192.0.2.7\tservice=imap";

    @TempDir
    Path directory;

    private Path socket;
    private Path spool;

    static Stream<List<String>> shells() {
        return Stream.of(List.of("dash"), List.of("busybox", "sh"));
    }

    @BeforeEach
    void prepare() throws IOException {
        Peers.require("dash", "busybox", "nc.openbsd");
        socket = directory.resolve("e");
        spool = Files.createDirectory(directory.resolve("spool"));
    }

    @ParameterizedTest
    @MethodSource("shells")
    void tellsTheAgentAndGoesOn(List<String> shell) {
        try (FakeAgent agent = FakeAgent.answering(socket, "OK\n")) {
            Ended ended = postlogin(shell, "imap", login(), "sh", "-c", "echo reached; exit 7");
            assertThat(ended.output()).isEqualTo("reached\n");
            assertThat(ended.status()).isEqualTo(7);
            Await.until(() -> !agent.lines().isEmpty(), Duration.ofSeconds(10), () -> "told");
            assertThat(agent.lines()).containsExactly(LOGIN);
            assertThat(spooled()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void theNameSaysTheService(List<String> shell) {
        try (FakeAgent agent = FakeAgent.answering(socket, "OK\n")) {
            for (String service : List.of("pop3", "submission", "managesieve")) {
                postlogin(shell, service, login(), "true");
                Await.until(
                        () -> agent.lines().contains(LOGIN.replace("imap", service)),
                        Duration.ofSeconds(10),
                        () -> agent.lines().toString());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void whatIsNotConfirmedIsSpooled(List<String> shell) {
        for (String answer : List.of("BUSY\n", "nonsense\n", "OKAY\n")) {
            try (FakeAgent agent = FakeAgent.answering(socket, answer)) {
                assertThat(postlogin(shell, "imap", login(), "echo", "reached").output())
                        .isEqualTo("reached\n");
                awaitSpooled(LOGIN);
                assertThat(agent.lines()).containsExactly(LOGIN);
            }
            clear();
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void whatIsRefusedIsLoggedAndNotSpooled(List<String> shell) {
        try (FakeAgent agent = FakeAgent.answering(socket, "ERR user is missing\n")) {
            Ended ended = postlogin(shell, "imap", login(), "echo", "reached");
            assertThat(ended.output()).isEqualTo("reached\n");
            Await.until(
                    () -> errors().contains("postern: ERR user is missing"), Duration.ofSeconds(10), () -> errors());
            assertThat(agent.lines()).hasSize(1);
            assertThat(spooled()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void aSilentAgentHoldsNothingUp(List<String> shell) throws IOException {
        Path three = directory.resolve("three");
        try (FakeAgent agent = FakeAgent.answering(socket, "")) {
            List<String> command = command(shell, "imap", "echo", "reached");
            Process process = start(List.of("sh", "-c", "exec 3>" + three + "; exec \"$@\"", "sh"), command, login());
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            // The output has ended and the login is through, while the helper still waits for an answer.
            assertThat(output).isEqualTo("reached\n");
            Await.until(() -> !agent.lines().isEmpty(), Duration.ofSeconds(10), () -> "told");
            assertThat(holders(three)).isEmpty();
            awaitSpooled(LOGIN);
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void aFrozenAgentHoldsNothingUp(List<String> shell) {
        try (FakeAgent frozen = FakeAgent.frozen(socket)) {
            assertThat(postlogin(shell, "imap", login(), "echo", "reached").output())
                    .isEqualTo("reached\n");
            assertThat(frozen.lines()).isEmpty();
            awaitSpooled(LOGIN);
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void aStaleOrMissingSocketMeansTheSpool(List<String> shell) throws IOException {
        postlogin(shell, "imap", login(), "true");
        assertThat(spooled()).containsExactly(LOGIN);
        clear();
        try (ServerSocketChannel crashed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            crashed.bind(UnixDomainSocketAddress.of(socket));
        }
        postlogin(shell, "imap", login(), "true");
        awaitSpooled(LOGIN);
        try (var files = Files.list(spool)) {
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(files.findFirst().orElseThrow())))
                    .isEqualTo("rw-r-----");
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void nothingAtAllIsThereAndTheLoginGoesOn(List<String> shell) throws IOException {
        Files.delete(spool);
        Ended ended = postlogin(shell, "imap", login(), "echo", "reached");
        assertThat(ended.output()).isEqualTo("reached\n");
        assertThat(ended.status()).isZero();
    }

    @ParameterizedTest
    @MethodSource("shells")
    void aFullDiskDoesNotStopTheLogin(List<String> shell) {
        if (!"root".equals(System.getProperty("user.name"))) {
            Peers.missing("a full disk of its own needs root");
        }
        Command.of("mount", "-t", "tmpfs", "-o", "size=4k,mode=777", "none", spool)
                .run();
        try {
            Command.of("sh", "-c", "yes > " + spool + "/.full 2>/dev/null; true")
                    .run();
            for (String via : List.of("socket", "spool")) {
                Map<String, String> environment = with(login(), "POSTERN_VIA", via);
                assertThat(postlogin(shell, "imap", environment, "echo", "reached")
                                .output())
                        .isEqualTo("reached\n");
            }
        } finally {
            Command.of("umount", spool).run();
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void viaTheSpoolNothingIsLeftForLater(List<String> shell) {
        try (FakeAgent agent = FakeAgent.answering(socket, "OK\n")) {
            Map<String, String> environment = with(login(), "POSTERN_VIA", "spool");
            Ended ended = postlogin(shell, "imap", environment, "sh", "-c", "cat " + spool + "/*");
            assertThat(ended.output()).isEqualTo(LOGIN + "\n");
            assertThat(agent.lines()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void controlCharactersAreNeverPassedOn(List<String> shell) {
        try (FakeAgent agent = FakeAgent.answering(socket, "OK\n")) {
            for (String user : List.of("a\tip=192.0.2.1@example.org", "a\nlogin@example.org", "a\u0001@example.org")) {
                Ended ended = postlogin(shell, "imap", with(login(), "USER", user), "echo", "reached");
                assertThat(ended.output()).isEqualTo("reached\n");
                assertThat(ended.errors()).contains("control character");
            }
            assertThat(agent.lines()).isEmpty();
            assertThat(spooled()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void hostileNamesAreOnlyNames(List<String> shell) {
        Path trace = directory.resolve("trace");
        try (FakeAgent agent = FakeAgent.answering(socket, "OK\n")) {
            for (String user : List.of(
                    "%s%n\\n@example.org",
                    "$(touch " + trace + ")@example.org",
                    "`touch " + trace + "`@example.org",
                    "'; touch " + trace + "; '\"@example.org",
                    "-e@example.org",
                    "j\u00f6rg@example.org")) {
                postlogin(shell, "imap", with(login(), "USER", user), "true");
                Await.until(
                        () -> agent.lines().contains(LOGIN.replace("alice@example.org", user)),
                        Duration.ofSeconds(10),
                        () -> agent.lines().toString());
            }
        }
        assertThat(trace).doesNotExist();
        assertThat(spooled()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("shells")
    void aMasterUsersLoginIsNotReported(List<String> shell) {
        postlogin(shell, "imap", with(login(), "MASTER_USER", "root"), "true");
        assertThat(spooled()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("shells")
    void quotaWarningTellsWhatDovecotSays(List<String> shell) throws IOException {
        Map<String, String> environment = with(
                environment(),
                "POSTERN_DOVEADM",
                doveadm("Quota name=User quota Type=STORAGE Value=16 Limit=20 %=80\\n"
                                + "Quota name=User quota Type=MESSAGE Value=3 Limit=- %=0\\n"
                                + "Quota name=Other Type=STORAGE Value=99 Limit=- %=0\\n")
                        .toString());
        String line = "quota\tuser=alice@example.org\tbytes=16384\tmessages=3";
        try (FakeAgent agent = FakeAgent.answering(socket, "OK\n")) {
            Ended ended = run(shell, "quota-warning", environment, "95", "alice@example.org");
            assertThat(ended.status()).as(ended.errors()).isZero();
            assertThat(agent.lines()).containsExactly(line);
        }
        Files.delete(socket);
        assertThat(run(shell, "quota-warning", environment, "95", "alice@example.org")
                        .status())
                .isZero();
        assertThat(spooled()).containsExactly(line);
    }

    @ParameterizedTest
    @MethodSource("shells")
    void quotaWarningSaysWhatIsWrong(List<String> shell) throws IOException {
        Map<String, String> nobody = with(environment(), "POSTERN_DOVEADM", "/bin/false");
        assertThat(run(shell, "quota-warning", nobody, "95", "alice@example.org")
                        .status())
                .isEqualTo(75);
        Map<String, String> silent =
                with(environment(), "POSTERN_DOVEADM", doveadm("").toString());
        assertThat(run(shell, "quota-warning", silent, "95", "alice@example.org")
                        .status())
                .isEqualTo(75);
        assertThat(run(shell, "quota-warning", nobody).status()).isEqualTo(64);
        assertThat(run(shell, "quota-warning", nobody, "95", "a\nb").status()).isEqualTo(64);
        assertThat(spooled()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("shells")
    void quotaImportTellsEveryMailbox(List<String> shell) throws IOException {
        Map<String, String> environment = with(
                environment(),
                "POSTERN_DOVEADM",
                doveadm("a@example.org Quota name=User quota Type=STORAGE Value=1 Limit=- %=0\\n"
                                + "a@example.org Quota name=User quota Type=MESSAGE Value=2 Limit=- %=0\\n"
                                + "b@example.org Quota name= Type=STORAGE Value=9000000000 Limit=- %=0\\n"
                                + "b@example.org Quota name= Type=MESSAGE Value=0 Limit=- %=0\\n")
                        .toString());
        assertThat(run(shell, "quota-import", environment).status()).isEqualTo(69);
        try (FakeAgent agent = FakeAgent.answering(socket, "OK\n")) {
            Ended ended = run(shell, "quota-import", environment);
            assertThat(ended.status()).as(ended.errors()).isZero();
            assertThat(ended.output()).isEqualTo("2 mailboxes: 2 taken, 0 refused, 0 not taken\n");
            assertThat(agent.lines())
                    .containsExactly(
                            "quota\tuser=a@example.org\tbytes=1024\tmessages=2",
                            "quota\tuser=b@example.org\tbytes=9216000000000\tmessages=0");
        }
        Files.delete(socket);
        try (FakeAgent busy = FakeAgent.answering(socket, "BUSY\n")) {
            Ended ended = run(shell, "quota-import", environment);
            assertThat(ended.status()).isEqualTo(75);
            assertThat(ended.output()).contains("2 not taken");
            assertThat(busy.lines()).hasSize(2);
        }
    }

    @Test
    void shellcheckHasNothingToSay() {
        Peers.require("shellcheck");
        try (var scripts = Files.list(HOOKS)) {
            List<Object> command = new ArrayList<>(List.of("shellcheck"));
            scripts.filter(script -> !script.toString().endsWith(".md")).forEach(command::add);
            assertThat(Command.of(command.toArray()).run().output()).isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Ended(int status, String output, String errors) {}

    private Ended postlogin(List<String> shell, String service, Map<String, String> environment, String... then) {
        return end(start(List.of(), command(shell, service, then), environment));
    }

    private Ended run(List<String> shell, String script, Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>(shell);
        command.set(0, "/usr/bin/" + command.get(0));
        command.add(HOOKS.resolve(script).toString());
        command.addAll(List.of(arguments));
        return end(start(List.of(), command, environment));
    }

    private static List<String> command(List<String> shell, String service, String... then) {
        List<String> command = new ArrayList<>(shell);
        command.set(0, Peers.find(shell.get(0)).toString());
        command.add(HOOKS.resolve(service + "-postlogin").toString());
        command.add(Peers.find(then[0]).toString());
        command.addAll(List.of(then).subList(1, then.length));
        return command;
    }

    private Process start(List<String> prefix, List<String> command, Map<String, String> environment) {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(command);
        try {
            ProcessBuilder builder = new ProcessBuilder(whole);
            builder.environment().clear();
            builder.environment().putAll(environment);
            return builder.redirectError(directory.resolve("errors").toFile()).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Ended end(Process process) {
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            return new Ended(status, output, errors());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String errors() {
        try {
            return Files.readString(directory.resolve("errors"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, String> environment() {
        return Map.of("POSTERN_EVENTS_SOCKET", socket.toString(), "POSTERN_SPOOL", spool.toString());
    }

    private Map<String, String> login() {
        return with(with(environment(), "USER", "alice@example.org"), "IP", "192.0.2.7");
    }

    private static Map<String, String> with(Map<String, String> environment, String name, String value) {
        Map<String, String> more = new java.util.HashMap<>(environment);
        more.put(name, value);
        return more;
    }

    /** A doveadm that prints this. */
    private Path doveadm(String output) throws IOException {
        Path script = directory.resolve("doveadm");
        Files.writeString(script, "#!/bin/sh\nprintf '" + output.replace("%", "%%") + "'\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return script;
    }

    private void awaitSpooled(String line) {
        Await.until(
                () -> spooled().equals(List.of(line)),
                Duration.ofSeconds(10),
                () -> spooled().toString());
    }

    private List<String> spooled() {
        try (var files = Files.list(spool)) {
            List<String> lines = new ArrayList<>();
            for (Path file : files.toList()) {
                lines.addAll(Files.readAllLines(file));
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void clear() {
        try (var files = Files.list(spool)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Processes that have this file open. */
    private static List<String> holders(Path file) {
        return Command.of("sh", "-c", "find /proc/[0-9]*/fd -lname " + file + " 2>/dev/null; true")
                .run()
                .output()
                .lines()
                .toList();
    }
}
