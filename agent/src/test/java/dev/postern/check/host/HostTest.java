package dev.postern.check.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostTest {

    @TempDir
    private Path directory;

    private final ProgramRunner programs = new ProgramRunner(Map.of("PATH", "/usr/bin:relative:"));

    @Test
    void aProgramThatIsMissingIsNoError() {
        assertThat(programs.run("no-such-program")).isNull();
    }

    @Test
    void aProgramsWordsAreTakenApart() throws IOException {
        assertThat(program("echo out; echo err >&2; exit 3"))
                .isEqualTo(new ProgramRunner.ProgramResult(3, "out\n", "err\n"));
    }

    @Test
    void aProgramThatSaysTooMuchIsEnded() throws IOException {
        assertThat(program("exec cat /dev/zero").status()).isEqualTo(-1);
    }

    @Test
    void usersAndGroupsAreFoundByNameAndNumber() {
        UnixAccounts accounts = new UnixAccounts(programs);
        assertThat(accounts.find("root")).isEqualTo(new UnixAccount("root", 0, Set.of(0)));
        assertThat(accounts.find("0")).isEqualTo(accounts.find("root"));
        assertThat(accounts.find("--help")).isNull();
        assertThat(accounts.find("no-such-user")).isNull();
        assertThat(accounts.group("root")).isZero();
        assertThat(accounts.group("no-such-group")).isNull();
        assertThat(accounts.groupName(0)).isEqualTo("root");
    }

    /** As directory services print them: blanks in names, numbers beyond 31 bits. */
    @Test
    void accountsOfOtherSourcesAreRead() {
        assertThat(UnixAccounts.account(
                        "uid=2000(DOM\\alice) gid=2000(DOM\\domain users) groups=2000(DOM\\domain users),8(mail)\n"))
                .isEqualTo(new UnixAccount("DOM\\alice", 2000, Set.of(2000, 8)));
        assertThat(UnixAccounts.account("uid=4294967294(nfsnobody) gid=4294967294(nfsnobody)\n"))
                .isEqualTo(new UnixAccount("nfsnobody", -2, Set.of(-2)));
        assertThat(UnixAccounts.account("uid=4294967296(x) gid=1\n")).isNull();
        assertThat(UnixAccounts.groupNumber("nfsnobody:x:4294967294:\n")).isEqualTo(-2);
        assertThat(UnixAccounts.groupNumber("mail:x:eight:\n")).isNull();
    }

    @Test
    void whoStandsInTheWay() throws IOException {
        Path inner = Files.createDirectories(directory.resolve("a/b"));
        Path file = Files.createFile(inner.resolve("file"));
        UnixAccount other = new UnixAccount("other", 4711, Set.of(4711));
        mode(directory, "rwxr-xr-x");
        mode(directory.resolve("a"), "rwxr-x---");
        mode(inner, "rwxr-xr-x");
        mode(file, "rw-rw-rw-");
        assertThat(FileAccess.obstacle(other, directory, file, FileAccess.WRITE))
                .isEqualTo(directory.resolve("a"));
        assertThat(FileAccess.obstacle(other, inner, file, FileAccess.WRITE)).isNull();
        mode(file, "rw-rw-r--");
        assertThat(FileAccess.obstacle(other, inner, file, FileAccess.WRITE)).isEqualTo(file);
        assertThat(FileAccess.obstacle(other, inner, file, FileAccess.READ)).isNull();
        assertThat(FileAccess.obstacle(new UnixAccount("root", 0, Set.of(0)), directory, file, FileAccess.WRITE))
                .isNull();
        assertThat(FileAccess.obstacle(other, inner, inner.resolve("none"), FileAccess.READ))
                .isEqualTo(inner.resolve("none"));
    }

    private ProgramRunner.ProgramResult program(String script) throws IOException {
        Path file = Files.writeString(directory.resolve("program"), "#!/bin/sh\n" + script + "\n");
        mode(file, "rwxr-xr-x");
        return new ProgramRunner(Map.of("PATH", directory.toString())).run("program");
    }

    private static void mode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }
}
