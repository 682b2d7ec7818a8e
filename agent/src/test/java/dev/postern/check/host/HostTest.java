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

    private final Programs programs = new Programs(Map.of("PATH", "/usr/bin:relative:"));

    @Test
    void aProgramThatIsMissingIsNoError() {
        assertThat(programs.run("no-such-program")).isNull();
    }

    @Test
    void aProgramsWordsAreTakenApart() throws IOException {
        assertThat(program("echo out; echo err >&2; exit 3")).isEqualTo(new Programs.Ended(3, "out\n", "err\n"));
    }

    @Test
    void aProgramThatSaysTooMuchIsEnded() throws IOException {
        assertThat(program("exec cat /dev/zero").status()).isEqualTo(-1);
    }

    @Test
    void usersAndGroupsAreFoundByNameAndNumber() {
        Accounts accounts = new Accounts(programs);
        assertThat(accounts.find("root")).isEqualTo(new Account("root", 0, Set.of(0)));
        assertThat(accounts.find("0")).isEqualTo(accounts.find("root"));
        assertThat(accounts.find("--help")).isNull();
        assertThat(accounts.find("no-such-user")).isNull();
        assertThat(accounts.group("root")).isZero();
        assertThat(accounts.group("no-such-group")).isNull();
        assertThat(accounts.groupName(0)).isEqualTo("root");
    }

    @Test
    void whoStandsInTheWay() throws IOException {
        Path inner = Files.createDirectories(directory.resolve("a/b"));
        Path file = Files.createFile(inner.resolve("file"));
        Account other = new Account("other", 4711, Set.of(4711));
        mode(directory, "rwxr-xr-x");
        mode(directory.resolve("a"), "rwxr-x---");
        mode(inner, "rwxr-xr-x");
        mode(file, "rw-rw-rw-");
        assertThat(Access.obstacle(other, directory, file, Access.WRITE)).isEqualTo(directory.resolve("a"));
        assertThat(Access.obstacle(other, inner, file, Access.WRITE)).isNull();
        mode(file, "rw-rw-r--");
        assertThat(Access.obstacle(other, inner, file, Access.WRITE)).isEqualTo(file);
        assertThat(Access.obstacle(other, inner, file, Access.READ)).isNull();
        assertThat(Access.obstacle(new Account("root", 0, Set.of(0)), directory, file, Access.WRITE))
                .isNull();
        assertThat(Access.obstacle(other, inner, inner.resolve("none"), Access.READ))
                .isEqualTo(inner.resolve("none"));
    }

    private Programs.Ended program(String script) throws IOException {
        Path file = Files.writeString(directory.resolve("program"), "#!/bin/sh\n" + script + "\n");
        mode(file, "rwxr-xr-x");
        return new Programs(Map.of("PATH", directory.toString())).run("program");
    }

    private static void mode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }
}
