package dev.postern.hooks;

import static dev.postern.hooks.HookRun.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.HangingDisk;
import dev.postern.testing.RealServers;
import dev.postern.testing.TestCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The post-login script at the limits of the system: each limit, under each shell, by each way that a login is
 * reported.
 */
class HookLimitsIT {

    private static final List<List<String>> SHELLS =
            List.of(List.of("dash"), List.of("busybox", "sh"), List.of("bash"));

    private static final List<String> WAYS = List.of("agent there", "agent away", "via=spool");

    /** Of an account that has no other process. */
    private static final List<String> ACCOUNT =
            List.of("setpriv", "--reuid", "64999", "--regid", "64999", "--clear-groups");

    private static final String LOGIN = "login\tuser=alice@example.org\tip=192.0.2.7\tservice=imap";

    @TempDir
    private Path directory;

    private int cells;

    private record Cell(String name, HookRun hooks, Process process) {

        void assertReached() {
            HookRun.HookResult ended = hooks.end(process);
            assertThat(ended.output()).as(name + ": " + ended.errors()).isEqualTo("reached\n");
            assertThat(ended.status()).as(name).isZero();
        }
    }

    @BeforeEach
    void prepare() throws IOException {
        if (!"root".equals(System.getProperty("user.name"))) {
            RealServers.missing("limits for another account need root");
        }
        RealServers.require("bash", "setpriv", "prlimit");
        TestCommand.of("chmod", "755", directory).output();
    }

    /** What cannot be reported by the socket is in the spool; bash takes its time with that. */
    @Test
    void noProcessCanBeStarted() {
        List<Cell> all = everywhere("prlimit", "--nproc=1");
        for (Cell cell : all) {
            cell.assertReached();
            assertThat(cell.hooks().spooled()).as(cell.name()).containsExactly(LOGIN);
        }
    }

    @Test
    void noFileMayGrow() {
        everywhere("prlimit", "--fsize=0").forEach(Cell::assertReached);
        everywhere("prlimit", "--fsize=10").forEach(Cell::assertReached);
    }

    @Test
    void fewFilesMayBeOpen() {
        everywhere("prlimit", "--nofile=14").forEach(Cell::assertReached);
    }

    @Test
    void theLogIsClosed() {
        everywhere("sh", "-c", "exec 2>&-; exec \"$@\"", "sh").forEach(Cell::assertReached);
        everywhere("bash", "-c", "exec 2> >(:); wait $!; exec \"$@\"", "bash").forEach(Cell::assertReached);
    }

    @Test
    void allNamesAreTakenByWhatIsNotAFile() {
        String fifos = "for i in $(seq 0 99); do mkfifo $POSTERN_SPOOL/$$.$i; done; exec \"$@\"";
        String links = "for i in $(seq 0 99); do ln -s nowhere $POSTERN_SPOOL/$$.$i; done; exec \"$@\"";
        for (String odd : List.of(fifos, links)) {
            for (Cell cell : everywhere("sh", "-c", "PATH=/usr/bin:/bin; " + odd, "sh")) {
                cell.assertReached();
                HookRun.await(() -> cell.hooks().errors().contains("cannot write to"), cell::name);
            }
        }
    }

    /** By via=spool no process is started, so nothing can wait instead of the login, as in the scripts' manual. */
    @Test
    void theSpoolsDiskHangs() {
        for (List<String> shell : SHELLS) {
            HookRun hooks = hooks();
            HangingDisk.during(
                    hooks.spool(),
                    () -> start("agent away", shell, hooks, List.of()).assertReached());
            try (FakeAgent busy = FakeAgent.answering(hooks.socket(), "BUSY\n")) {
                HangingDisk.during(hooks.spool(), () -> {
                    start("agent busy", shell, hooks, List.of()).assertReached();
                    HookRun.await(
                            () -> busy.lines().contains(LOGIN),
                            () -> busy.lines().toString());
                });
            }
        }
    }

    /** Starts all at once: some have to wait. */
    private List<Cell> everywhere(String... limit) {
        List<String> limited = new ArrayList<>(ACCOUNT);
        limited.addAll(List.of(limit));
        List<Cell> all = new ArrayList<>();
        for (List<String> shell : SHELLS) {
            for (String way : WAYS) {
                all.add(start(way, shell, hooks(), limited));
            }
        }
        return all;
    }

    private HookRun hooks() {
        Path own = directory.resolve("c" + cells++);
        TestCommand.of("mkdir", "-m", "755", own).output();
        HookRun hooks = new HookRun(own);
        TestCommand.of("chmod", "777", hooks.spool()).output();
        return hooks;
    }

    private static Cell start(String way, List<String> shell, HookRun hooks, List<String> before) {
        Map<String, String> login = hooks.login();
        if (way.equals("via=spool")) {
            login = with(login, "POSTERN_VIA", "spool");
        } else if (way.equals("agent there")) {
            // It answers nothing, so the line comes into the spool in the end, where it can.
            FakeAgent.frozen(hooks.socket(), 1);
            TestCommand.of("chmod", "777", hooks.socket()).output();
        }
        Process process = hooks.start(found(before), shell, "imap-postlogin", login, "/bin/echo", "reached");
        return new Cell(shell.get(0) + ", " + way, hooks, process);
    }

    private static List<String> found(List<String> command) {
        List<String> found = new ArrayList<>(command);
        if (!found.isEmpty()) {
            found.set(0, RealServers.find(found.get(0)).toString());
        }
        return found;
    }
}
