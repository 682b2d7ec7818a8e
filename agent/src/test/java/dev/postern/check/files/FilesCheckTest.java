package dev.postern.check.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.check.host.AgentAccount;
import dev.postern.check.host.ProgramRunner;
import dev.postern.check.host.UnixAccount;
import dev.postern.check.host.UnixAccounts;
import dev.postern.check.report.CheckReport;
import dev.postern.check.report.Finding;
import dev.postern.config.AgentConfig;
import dev.postern.config.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesCheckTest {

    @TempDir
    private Path directory;

    private final UnixAccounts accounts = new UnixAccounts(new ProgramRunner(System.getenv()));
    private AgentAccount agent;
    private Path file;

    @BeforeEach
    void place() throws IOException {
        agent = new AgentAccount("postern", Objects.requireNonNull(accounts.self()));
        file = Files.createFile(directory.resolve("postern.toml"));
    }

    @Test
    void findsNothingWhereAllIsInPlace() throws IOException {
        Path spool = Files.createDirectory(directory.resolve("spool"));
        Files.setAttribute(spool, "unix:mode", 03730);
        Path journal = Files.createDirectory(directory.resolve("journal"));
        mode(journal, "rwx------");
        assertThat(lines("""
                password_file = "%1$s"
                [events]
                socket = "%2$s/events"
                spool = "%2$s/spool"
                group = "%3$s"
                [journal]
                directory = "%2$s/journal"
                """.formatted(secret("rw-r-----"), directory, Files.getAttribute(directory, "posix:group"))))
                .isEmpty();
    }

    @Test
    void saysAllThatTheHostLacks() throws IOException {
        assertThat(lines("""
                password_file = "%2$s"
                tls = "verify"
                ca_file = "%1$s/ca.pem"
                [events]
                socket = "%1$s/no/events"
                group = "no-such-group"
                spool = "%1$s/spool"
                [socketmap]
                socket = "%1$s/password/lookup"
                [dict]
                socket = "%1$s/gone/dict"
                [warning]
                over = "%1$s/over"
                group = "no-such-group-either"
                [journal]
                directory = "%1$s/journal"
                [http]
                tokens_file = "%1$s/tokens"
                """.formatted(directory, secret("rw-r--r--"))))
                .containsExactly(
                        "mysql.password_file: \"DIR/password\" can be read by every account; chmod o= DIR/password",
                        "mysql.ca_file: \"DIR/ca.pem\" does not exist; put the authorities' certificates (PEM) there",
                        "http.tokens_file: \"DIR/tokens\" does not exist; install -m 0640 -g postern /dev/stdin"
                                + " DIR/tokens",
                        "events.socket: \"DIR/no\" does not exist; install -d -m 2755 -o postern -g postern DIR/no",
                        "dict.socket: \"DIR/gone\" does not exist; install -d -m 2755 -o postern -g postern DIR/gone",
                        "socketmap.socket: \"DIR/password\" is not a directory; install -d -m 2750 -o postern"
                                + " -g postfix"
                                + " DIR/password",
                        "events.group: \"no-such-group\" is not a group here; groupadd --system no-such-group",
                        "warning.group: \"no-such-group-either\" is not a group here; groupadd --system"
                                + " no-such-group-either",
                        "events.spool: \"DIR/spool\" does not exist; install -d -m 3730 -o postern -g no-such-group"
                                + " DIR/spool",
                        "journal.directory: \"DIR/journal\" does not exist; install -d -m 0700 -o postern DIR/journal");
    }

    /** It may do more than the agent. */
    @Test
    void thePasswordThatAdministersIsForRootAlone() throws IOException {
        agent = new AgentAccount("postern", new UnixAccount("postern", 4711, Set.of(4711)));
        mode(directory, "rwxr-xr-x");
        mode(file, "rw-r--r--");
        Path password = secret("rw-r--r--");
        String section = "[web]\nmysql_password_file = \"%s\"\n".formatted(password);
        assertThat(lines(section))
                .containsExactly("web.mysql_password_file: \"DIR/password\" can be read by every account; chmod 0600"
                        + " DIR/password");
        mode(password, "rw-r-----");
        int group = (Integer) Files.getAttribute(password, "unix:gid");
        agent = new AgentAccount("postern", new UnixAccount("postern", 4711, Set.of(4711, group)));
        assertThat(lines(section))
                .containsExactly("web.mysql_password_file: \"DIR/password\" can be read by postern, which is to change"
                        + " no mailbox; chown root:root DIR/password && chmod 0600 DIR/password");
        mode(password, "rw-------");
        assertThat(lines(section)).isEmpty();
    }

    @Test
    void anotherAccountThanTheOwnersIsShutOut() throws IOException {
        agent = new AgentAccount("postern", new UnixAccount("postern", 4711, Set.of(4711)));
        mode(directory, "rwxr-xr-x");
        mode(file, "rw-------");
        Path spool = Files.createDirectory(directory.resolve("spool"));
        Files.setAttribute(spool, "unix:mode", 03770);
        assertThat(lines("""
                password_file = "%2$s"
                [events]
                socket = "%1$s/events"
                spool = "%1$s/spool"
                group = "root"
                """.formatted(directory, secret("rw-r-----"))))
                .containsExactly(
                        "cannot be read by postern; chgrp postern DIR/postern.toml && chmod 0640 DIR/postern.toml",
                        "mysql.password_file: \"DIR/password\" cannot be read by postern; chgrp postern DIR/password &&"
                                + " chmod 0640 DIR/password",
                        "events.socket: \"DIR\" cannot be written and read by postern; chown postern DIR",
                        "events.group: postern is not a member of \"root\" and cannot give it the socket;"
                                + " DIR/postern.toml: events.spool: \"DIR/spool\" has a group that postern is"
                                + " not in: what"
                                + " hooks leave there is closed to it; usermod -a -G root postern",
                        "events.spool: \"DIR/spool\" cannot be written and read by postern; chown postern DIR/spool");
    }

    @Test
    void aDirectoryThatIsOpenToOthersIsNamed() throws IOException {
        mode(file, "rw-rw-rw-");
        Path spool = Files.createDirectory(directory.resolve("spool"));
        mode(spool, "rwxrwxrwx");
        Path unsafe = Files.createDirectory(directory.resolve("journal"));
        mode(unsafe, "rwxr-xr-x");
        String toml = """
                [events]
                socket = "%1$s/events"
                spool = "%1$s/spool"
                [journal]
                directory = "%1$s/journal"
                """.formatted(directory);
        assertThat(lines(toml))
                .containsExactly(
                        "can be written by every account; chmod 0640 DIR/postern.toml",
                        "events.spool: \"DIR/spool\" lets every account report logins; chmod 3730 DIR/spool",
                        "journal.directory: \"DIR/journal\" is open to every account; chmod 0700 DIR/journal");
        mode(file, "rw-r-----");
        mode(unsafe, "rwx------");
        Files.setAttribute(spool, "unix:mode", 01730);
        assertThat(lines(toml)).singleElement().asString().contains("is not setgid and sticky");
    }

    @Test
    void aPasswordThatCannotBeUsedIsFound() throws IOException {
        Path password = secret("rw-r-----");
        Files.writeString(password, "x".repeat(4097));
        assertThat(lines("password_file = \"" + password + "\""))
                .containsExactly("mysql.password_file: \"DIR/password\" is larger than 4096 bytes; write the password"
                        + " alone into it");
        Files.write(password, new byte[] {(byte) 0xff});
        assertThat(lines("password_file = \"" + password + "\""))
                .containsExactly("mysql.password_file: \"DIR/password\" is not UTF-8; save it as UTF-8");
        assertThat(lines("password_file = \"" + password + "/x\""))
                .singleElement()
                .asString()
                .startsWith("mysql.password_file: \"DIR/password/x\" cannot be read: ");
        assertThat(lines("password_file = \"" + directory + "\""))
                .containsExactly(
                        "mysql.password_file: \"DIR\" is a directory; name a file of its own in DIR/postern.toml");
    }

    @Test
    void whatALinkLeadsToHasToBeReachedToo() throws IOException {
        agent = new AgentAccount("postern", new UnixAccount("postern", 4711, Set.of(4711)));
        mode(directory, "rwxr-xr-x");
        mode(file, "rw-r--r--");
        Path closed = Files.createDirectory(directory.resolve("archive"));
        Files.createFile(closed.resolve("http.crt"));
        Path tokens = Files.createFile(directory.resolve("tokens"));
        mode(tokens, "rw-r-----");
        Files.setAttribute(tokens, "unix:gid", 4711);
        Files.createSymbolicLink(directory.resolve("http.crt"), closed.resolve("http.crt"));
        mode(closed, "rwx------");
        assertThat(lines("""
                [http]
                tokens_file = "%1$s/tokens"
                tls_certificate = "%1$s/http.crt"
                tls_key = "%1$s/http.key"
                """.formatted(directory)))
                .containsExactly(
                        "http.tls_certificate: \"DIR/http.crt\" cannot be read by postern; chgrp postern DIR/archive &&"
                                + " chmod g+x DIR/archive",
                        "http.tls_key: \"DIR/http.key\" does not exist; install -m 0640 -g postern /dev/stdin"
                                + " DIR/http.key");
    }

    private List<String> lines(String toml) {
        AgentConfig config = ((ConfigFile.AcceptedConfig) parse(toml)).config();
        CheckReport report = new CheckReport();
        new SecretsCheck(file, config, agent, report).examine();
        new DirectoriesCheck(file, config, accounts, agent, report).examine();
        return report.findings().stream()
                .map(Finding::toString)
                .map(line -> line.substring(file.toString().length() + 2).replace(directory.toString(), "DIR"))
                .toList();
    }

    private ConfigFile.ConfigResult parse(String toml) {
        try {
            Path written = Files.writeString(directory.resolve("written.toml"), "[mysql]\n" + toml);
            return ConfigFile.read(written, Map.of());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Path secret(String mode) throws IOException {
        Path secret = Files.writeString(directory.resolve("password"), "x");
        mode(secret, mode);
        return secret;
    }

    private static void mode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }
}
