package dev.postern.dovecot.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.Batch;
import dev.postern.model.MailAddress;
import dev.postern.model.MailboxChange;
import dev.postern.pending.EventIntake;
import dev.postern.pending.PendingChanges;
import dev.postern.relay.RelayWindows;
import dev.postern.testing.Await;
import dev.postern.testing.CapturedLog;
import dev.postern.testing.TestCommand;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real spool directory; the test answers for MySQL. */
class SpoolIT {

    private static final MailAddress ALICE = new MailAddress("alice@example.org");
    private static final String LOGIN = "login\tuser=alice@example.org\tip=192.0.2.7\tservice=imap\n";

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final List<Long> figures = new ArrayList<>();
    private PendingChanges pending = new PendingChanges(100_000, 512, 1, InstantSource.system());
    private EventIntake intake;
    private Spool spool;

    @AfterEach
    void close() throws TimeoutException {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void takesInWhatLiesThereWithItsTimeAndDeletesItOnceItIsSafe() throws IOException {
        Path file = write("4711.0", LOGIN);
        Instant then = Instant.parse("2026-11-20T08:00:00Z");
        Files.setLastModifiedTime(file, FileTime.from(then));
        start();
        MailboxChange change = awaitUnsettled();
        assertThat(change.lasttime()).isEqualTo(then);
        assertThat(taken()).containsExactly("4711.0");
        flush();
        Await.until(() -> taken().isEmpty(), Duration.ofSeconds(10), this::listed);
        awaitEmpty();
    }

    @Test
    void takesInWhatAppears() {
        start();
        write("4711.0", LOGIN);
        awaitUnsettled();
        flush();
        awaitEmpty();
    }

    @Test
    void waitsForTheEndOfALine() throws IOException {
        start();
        try (OutputStream file = Files.newOutputStream(directory.resolve("4711.0"))) {
            file.write(LOGIN.substring(0, 20).getBytes(StandardCharsets.UTF_8));
            write("4711.1", LOGIN.replace("alice", "bob"));
            Await.until(() -> pending() == 1, Duration.ofSeconds(10), this::listed);
            file.write(LOGIN.substring(20).getBytes(StandardCharsets.UTF_8));
        }
        awaitUnsettled();
        flush();
        awaitEmpty();
    }

    @Test
    void setsAsideWhatIsNoEvent() throws IOException {
        write("malformed", "nonsense\n");
        write("oversized", "x".repeat(70_000) + "\n");
        Path never = write("never-finished", "login");
        Files.setLastModifiedTime(never, FileTime.from(Instant.now().minusSeconds(90)));
        write("good", LOGIN);
        start();
        awaitUnsettled();
        flush();
        Await.until(
                () -> listed().equals("[.rejected-malformed, .rejected-never-finished, .rejected-oversized]"),
                Duration.ofSeconds(10),
                this::listed);
    }

    @Test
    void setsAsideWhatHasTheNameOfAnotherOne() {
        start();
        for (int i = 1; i <= 2; i++) {
            int aside = i;
            write("4711.0", "nonsense\n");
            Await.until(
                    () -> listed().split("\\.rejected-4711\\.0", -1).length == aside + 1 && !listed().contains("[4711"),
                    Duration.ofSeconds(10),
                    this::listed);
        }
    }

    /** A restart finds what the last run had taken and not settled. */
    @Test
    void whatWasTakenIsTakenInAgainAfterARestart() {
        start();
        write("4711.0", LOGIN);
        awaitUnsettled();
        onLoop(() -> spool.close());
        pending = new PendingChanges(100_000, 512, 1, InstantSource.system());
        start();
        awaitUnsettled();
        flush();
        Await.until(() -> taken().isEmpty(), Duration.ofSeconds(10), this::listed);
    }

    /** As when a writer has replaced files by them between the agent's look and its move. */
    @Test
    void whatIsNotAFileIsNeitherOpenedNorKept() throws IOException {
        Path taken = Files.createDirectory(
                directory.resolve(".taken"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        TestCommand.of("mkfifo", taken.resolve("1-pipe")).output();
        Files.createSymbolicLink(taken.resolve("2-link"), Path.of("/etc/passwd"));
        Files.createDirectory(taken.resolve("3-directory"));
        for (String name : List.of("1-pipe", "2-link", "3-directory")) {
            assertThat(SpoolFile.read(taken.resolve(name)).bytes()).as(name).isNull();
        }
    }

    @Test
    void aWriterThatSwapsFilesForPipesHoldsNothingUp() throws Exception {
        start();
        Path pipe = directory.resolve(".pipe");
        TestCommand.of("mkfifo", pipe).output();
        Path file = directory.resolve("4711.0");
        for (int i = 0; i < 300; i++) {
            Files.deleteIfExists(file);
            write("4711.0", LOGIN);
            Path link = Files.createLink(directory.resolve(".pipe" + i), pipe);
            Files.move(link, file, StandardCopyOption.REPLACE_EXISTING);
        }
        write("4711.1", LOGIN.replace("alice", "last"));
        Await.until(() -> unsettled(new MailAddress("last@example.org")) != null, Duration.ofSeconds(10), this::listed);
    }

    /** As hooks do: each takes a name that is free. */
    @Test
    void aNameThatComesAgainAtOnceIsAnotherFile() throws IOException {
        start();
        Path file = directory.resolve("4711.0");
        for (int i = 0; i < 300; ) {
            try {
                Files.writeString(file, "quota\tuser=u" + i + "@example.org\tbytes=1\n", StandardOpenOption.CREATE_NEW);
                i++;
            } catch (FileAlreadyExistsException taken) {
                flush();
            }
        }
        Await.until(
                () -> {
                    flush();
                    return figures.size() >= 300;
                },
                Duration.ofSeconds(30),
                () -> figures.size() + listed());
    }

    @Test
    void aDirectoryOfTheAgentsNameThatIsNotItsOwnIsMovedAway() throws IOException {
        Path foreign = Files.createDirectory(
                directory.resolve(".taken"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxrwxrwx")));
        Files.setPosixFilePermissions(foreign, PosixFilePermissions.fromString("rwxrwxrwx"));
        write("4711.0", LOGIN);
        start();
        awaitUnsettled();
        assertThat(directory.resolve(".rejected-taken")).isDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mkfifo", "touch"})
    void aSpoolThatIsNotADirectoryIsNotWaitedFor(String command) throws IOException {
        Files.delete(directory);
        TestCommand.of(command, directory).output();
        try (CapturedLog log = CapturedLog.of(Spool.class)) {
            start();
            assertThat(log.take()).anyMatch(line -> line.startsWith("spool cannot be read"));
        }
        Files.delete(directory);
        Files.createDirectory(directory);
        write("4711.0", LOGIN);
        awaitUnsettled();
    }

    @Test
    void theOldestOfAllComesFirst() throws IOException {
        pending = new PendingChanges(1, 512, 1, InstantSource.system());
        Instant then = Instant.parse("2026-11-20T08:00:00Z");
        for (int i = 0; i < 1500; i++) {
            Path file =
                    write("4711." + (i * 7919) % 1500, "quota\tuser=alice@example.org\tbytes=" + i + "\tmessages=1\n");
            Files.setLastModifiedTime(file, FileTime.from(then.plusMillis(i)));
        }
        start();
        awaitAllTaken();
        assertThat(figures).isSorted().endsWith(1499L);
    }

    @Test
    void leavesAloneWhatIsNoFile() throws IOException {
        Files.createDirectory(directory.resolve("directory"));
        Files.createSymbolicLink(directory.resolve("link"), Path.of("/etc/passwd"));
        TestCommand.of("mkfifo", directory.resolve("pipe")).output();
        write(".hidden", LOGIN.replace("alice", "hidden"));
        write("good", LOGIN);
        start();
        awaitUnsettled();
        flush();
        Await.until(() -> listed().equals("[.hidden, directory, link, pipe]"), Duration.ofSeconds(10), this::listed);
        assertThat(pending()).isZero();
    }

    @Test
    void whatIsNoFileTakesNoFilesPlace() throws IOException {
        for (int i = 0; i < 1100; i++) {
            Path old = Files.createDirectory(directory.resolve("d" + i));
            Files.setLastModifiedTime(old, FileTime.from(Instant.EPOCH));
        }
        write("4711.0", LOGIN);
        start();
        awaitUnsettled();
    }

    @Test
    void comesBackToWhatThereWasNoRoomFor() {
        pending = new PendingChanges(1, 512, 1, InstantSource.system());
        for (int i = 0; i < 5; i++) {
            write("4711." + i, LOGIN.replace("alice", "u" + i));
        }
        start();
        for (int i = 0; i < 5; i++) {
            Await.until(() -> pending() == 1, Duration.ofSeconds(10), this::listed);
            flush();
        }
        awaitEmpty();
    }

    @Test
    void thousandsAreTakenInTurns() {
        for (int i = 0; i < 3000; i++) {
            write("4711." + i, LOGIN.replace("alice", "u" + i));
        }
        start();
        awaitAllTaken();
    }

    @Test
    void aDirectoryThatIsMadeAgainIsWatchedAgain() throws IOException {
        start();
        Files.delete(directory.resolve(SpoolDirectory.TAKEN));
        Files.delete(directory);
        Files.createDirectory(directory);
        write("4711.0", LOGIN);
        awaitUnsettled();
    }

    @Test
    void aMissingDirectoryIsLookedForAgain() throws IOException {
        Files.delete(directory);
        start();
        Files.createDirectory(directory);
        write("4711.0", LOGIN);
        awaitUnsettled();
    }

    private void start() {
        intake = new EventIntake(
                pending, new RelayWindows(Duration.ofMinutes(1), List.of(), 100), InstantSource.system());
        spool = new Spool(vertx, directory, intake, InstantSource.system(), new SimpleMeterRegistry());
        onLoop(() -> spool.start());
    }

    private MailboxChange awaitUnsettled() {
        Await.until(() -> unsettled() != null, Duration.ofSeconds(10), this::listed);
        return unsettled();
    }

    private MailboxChange unsettled() {
        return unsettled(ALICE);
    }

    private MailboxChange unsettled(MailAddress address) {
        return onLoop(() -> Future.succeededFuture(pending.unconfirmed(address)));
    }

    private int pending() {
        return onLoop(() -> Future.succeededFuture(pending.size()));
    }

    private void flush() {
        onLoop(() -> {
            for (Batch batch = pending.poll(); batch != null; batch = pending.poll()) {
                batch.rows().stream()
                        .map(row -> row.change().bytes())
                        .filter(Objects::nonNull)
                        .forEach(bytes -> figures.add(bytes.value()));
                pending.confirm();
            }
            intake.flushed();
            return Future.succeededFuture();
        });
    }

    private Path write(String name, String content) {
        try {
            return Files.writeString(directory.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitAllTaken() {
        Await.until(
                () -> {
                    flush();
                    return listed().equals("[]") && taken().isEmpty();
                },
                Duration.ofSeconds(30),
                this::listed);
    }

    private void awaitEmpty() {
        Await.until(() -> listed().equals("[]") && taken().isEmpty(), Duration.ofSeconds(10), this::listed);
    }

    /** The names that hooks gave to the files in the agent's hands. */
    private List<String> taken() {
        try (var files = Files.list(directory.resolve(SpoolDirectory.TAKEN))) {
            return files.map(SpoolDirectory::nameOf).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String listed() {
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(SpoolDirectory.TAKEN))
                    .sorted()
                    .toList()
                    .toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private <T> T onLoop(Callable<Future<T>> work) {
        Promise<T> done = Promise.promise();
        vertx.runOnContext(now -> {
            try {
                work.call().onComplete(done);
            } catch (Exception e) {
                done.fail(e);
            }
        });
        try {
            return done.future().await(20, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError(e);
        }
    }
}
