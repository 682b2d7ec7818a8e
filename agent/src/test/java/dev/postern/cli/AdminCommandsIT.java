package dev.postern.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.postern.testing.AdminCommands;
import dev.postern.testing.AdminCommands.CommandOutcome;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.RealServers;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Domains, mailboxes and subscriptions from the command line, on a real database with the account of grants.sql. */
@Tag("newest-peers")
@Tag("database")
@ExtendWith(DatabaseExtension.class)
class AdminCommandsIT {

    private static final String USED = "SELECT email, active, CAST(max_bytes AS CHAR) AS max_bytes,"
            + " CAST(max_messages AS CHAR) AS max_messages, surname, password_scheme FROM user ORDER BY email";

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    private final TestDatabase database;
    private AdminCommands postern;

    @TempDir
    private Path directory;

    AdminCommandsIT(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void empty() {
        database.execute(
                "DELETE FROM user",
                "DELETE FROM subscription",
                "DELETE FROM domain",
                "DELETE FROM postern_audit",
                "DELETE FROM postern_deleted");
        postern = AdminCommands.on(database, directory);
    }

    @Test
    void aDomainIsAddedChangedListedAndDeleted() {
        assertThat(postern.ok("domain", "add", "Example.ORG").out())
                .isEqualTo("domain example.org added, transport dovecot:\n");
        assertThat(postern.ok("domain", "add", "пример.рф", "--transport", "smtp:[192.0.2.9]")
                        .out())
                .isEqualTo("domain xn--e1afmkfd.xn--p1ai added, transport smtp:[192.0.2.9]\n");
        refused(
                postern.run("domain", "add", "example.org"),
                1,
                "there is a domain example.org, transport dovecot: already: postern domain set example.org --transport"
                        + " dovecot:");
        assertThat(postern.ok("domain", "list", "--format", "tab").out())
                .isEqualTo("example.org\tdovecot:\t0\nxn--e1afmkfd.xn--p1ai\tsmtp:[192.0.2.9]\t0\n");
        assertThat(postern.ok("domain", "list", "--format", "json").out())
                .contains("{\"domain\":\"example.org\",\"transport\":\"dovecot:\",\"mailboxes\":0}");
        postern.ok("domain", "set", "пример.рф", "--transport", "dovecot:");
        assertThat(postern.ok("domain", "set", "пример.рф", "--transport", "dovecot:")
                        .out())
                .contains("already");
        postern.ok("domain", "delete", "пример.рф");
        refused(postern.run("domain", "delete", "пример.рф"), 1, "no domain xn--e1afmkfd.xn--p1ai");
        assertThat(audit())
                .containsExactly(
                        tuple("domain.add", "example.org", "example.org", "{\"transport\":\"dovecot:\"}"),
                        tuple(
                                "domain.add",
                                "xn--e1afmkfd.xn--p1ai",
                                "xn--e1afmkfd.xn--p1ai",
                                "{\"transport\":\"smtp:[192.0.2.9]\"}"),
                        tuple(
                                "domain.set",
                                "xn--e1afmkfd.xn--p1ai",
                                "xn--e1afmkfd.xn--p1ai",
                                "{\"transport\":[\"smtp:[192.0.2.9]\",\"dovecot:\"]}"),
                        tuple(
                                "domain.delete",
                                "xn--e1afmkfd.xn--p1ai",
                                "xn--e1afmkfd.xn--p1ai",
                                "{\"transport\":\"dovecot:\"}"));
    }

    @Test
    void aDomainInUseStays() {
        postern.ok("domain", "add", "example.org");
        postern.ok("mailbox", "add", "alice@example.org", "--generate");
        postern.ok("subscription", "add", "sales@example.org", "alice@example.org");
        refused(
                postern.run("domain", "delete", "example.org"),
                1,
                "example.org is in use: mailboxes: 1, subscriptions from or to it: 1; delete them first");
        refused(
                postern.run("domain", "set", "example.org", "--transport", "smtp:[192.0.2.9]"),
                1,
                "mail no longer reaches the mailboxes of example.org (there: 1) once it goes to smtp:[192.0.2.9];"
                        + " --yes to go on");
        postern.ok("domain", "set", "example.org", "--transport", "smtp:[192.0.2.9]", "--yes");
        refused(
                postern.run("mailbox", "add", "bob@example.org", "--generate"),
                1,
                "mail for example.org goes to smtp:[192.0.2.9], not to a mailbox here: postern domain set example.org"
                        + " --transport dovecot:");
    }

    @Test
    void aMailboxHasWhatTheOptionsGiveIt() {
        refused(
                postern.run("mailbox", "add", "alice@example.org", "--generate"),
                1,
                "no domain example.org: postern domain add example.org");
        postern.ok("domain", "add", "example.org");
        CommandOutcome added =
                postern.ok("mailbox", "add", "Alice@Example.org", "--generate", "--surname", " Лидделл ");
        assertThat(added.out())
                .matches("mailbox alice@example.org added; its password, not to be shown again: [a-zA-Z2-9]{16}\n");
        postern.ok(
                "mailbox",
                "add",
                "bob@example.org",
                "--generate",
                "--disabled",
                "--max-bytes",
                "10G",
                "--max-messages",
                "5000",
                "--ad-login",
                "CORP\\bob");
        assertThat(database.query(USED))
                .extracting(row -> List.copyOf(row.values()).toString())
                .containsExactly(
                        "[alice@example.org, Y, 1073741824, 0, Лидделл, BLF-CRYPT]",
                        "[bob@example.org, N, 10737418240, 5000, , BLF-CRYPT]");
        refused(
                postern.run("mailbox", "add", "ALICE@example.org", "--generate"),
                1,
                "there is a mailbox alice@example.org already");
        assertThat(postern.ok(
                                "mailbox",
                                "set",
                                "alice@example.org",
                                "--max-bytes",
                                "none",
                                "--surname",
                                "",
                                "--name",
                                "A")
                        .out())
                .isEqualTo("mailbox alice@example.org changed\n");
        assertThat(postern.ok("mailbox", "set", "alice@example.org", "--max-bytes", "0")
                        .out())
                .isEqualTo("mailbox alice@example.org has these values already\n");
        refused(
                postern.run("mailbox", "set", "alice@example.org"),
                64,
                "nothing to set: give an option like --max-bytes 10G");
        refused(postern.run("mailbox", "set", "nobody@example.org", "--name", "x"), 1, "no mailbox nobody@example.org");
        assertThat(audit())
                .contains(
                        tuple(
                                "mailbox.add",
                                "alice@example.org",
                                "example.org",
                                "{\"active\":\"Y\",\"max_bytes\":1073741824,\"max_messages\":0,"
                                        + "\"password\":\"set\",\"surname\":\"Лидделл\"}"),
                        tuple(
                                "mailbox.set",
                                "alice@example.org",
                                "example.org",
                                "{\"max_bytes\":[\"1073741824\",0],\"name\":[\"\",\"A\"],"
                                        + "\"surname\":[\"Лидделл\",\"\"]}"))
                .hasSize(4);
    }

    @Test
    void aLimitBelowWhatIsUsedIsConfirmed() {
        mailbox("alice@example.org");
        database.execute("UPDATE user SET bytes = 2000000, messages = 5");
        refused(
                postern.run("mailbox", "set", "alice@example.org", "--max-bytes", "1M"),
                1,
                "alice@example.org is full at once with that limit: it has 2000000 bytes, and new mail would be refused;"
                        + " --yes to go on");
        postern.ok("mailbox", "set", "alice@example.org", "--max-bytes", "2M", "--max-messages", "6");
        postern.ok("mailbox", "set", "alice@example.org", "--max-messages", "5", "--yes");
        assertThat(database.query("SELECT over_quota AS o FROM user"))
                .extracting(row -> row.get("o"))
                .hasToString("[true]");
    }

    /** None of what is set, or refused, stands anywhere but in the column, hashed. */
    @Test
    void passwordsStandInNoOutputAndNoAudit() throws IOException, InterruptedException {
        mailbox("alice@example.org");
        String before = hash();
        String generated = postern.ok("mailbox", "password", "alice@example.org", "--generate")
                .lastWord();
        String after = hash();
        assertThat(after).isNotEqualTo(before).matches("[{]BLF-CRYPT[}]\\$2y\\$10\\$.{53}");

        assertThat(packaged("correct horse battery\n", "mailbox", "password", "alice@example.org", "--password-stdin"))
                .isEqualTo("0: mailbox alice@example.org: password set\n");
        assertThat(hash()).isNotEqualTo(after);
        String set = hash();
        for (String bad : List.of("secret-2".repeat(10), "secret-2\nsecret-2\n")) {
            assertThat(packaged(bad, "mailbox", "password", "alice@example.org", "--password-stdin"))
                    .startsWith("64: postern: a password ")
                    .doesNotContain("secret-2")
                    .hasLineCount(1);
        }
        assertThat(packaged("", "mailbox", "password", "alice@example.org"))
                .isEqualTo("64: postern: there is no terminal to ask for a password: --password-stdin reads one,"
                        + " --generate makes one\n");
        assertThat(hash()).isEqualTo(set);
        assertThat(audit().toString())
                .doesNotContain(generated, "correct horse", after.substring(20))
                .contains("(\"mailbox.password\", \"alice@example.org\", \"example.org\", \"{\"password\":\"set\"}\")");
    }

    @Test
    void aTerminalIsAskedTwiceWithoutEcho() throws IOException, InterruptedException {
        RealServers.require("script");
        mailbox("alice@example.org");
        String before = hash();
        String command = Path.of(System.getProperty("java.home"), "bin", "java") + " -jar " + PackagedAgent.jar()
                + " mailbox password alice@example.org --config " + postern.config();
        assertThat(onTerminal(command, "Password for ", "correct horse\n", "Again: ", "correct horde\n"))
                .contains("postern: the two passwords differ")
                .doesNotContain("correct");
        assertThat(hash()).isEqualTo(before);
        assertThat(onTerminal(command, "Password for ", "correct horse\n", "Again: ", "correct horse\n"))
                .contains("mailbox alice@example.org: password set")
                .doesNotContain("correct");
        assertThat(hash()).isNotEqualTo(before);
    }

    /** Runs it on a terminal and answers each prompt when it has come; what the terminal has shown. */
    private static String onTerminal(String command, String... promptsAndAnswers)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder("script", "-qec", command, "/dev/null")
                .redirectErrorStream(true)
                .start();
        StringBuilder shown = new StringBuilder();
        try (Reader output = new InputStreamReader(process.getInputStream(), UTF_8)) {
            int next = 0;
            int from = 0;
            for (int c = output.read(); c >= 0; c = output.read()) {
                shown.append((char) c);
                if (next < promptsAndAnswers.length
                        && shown.indexOf(promptsAndAnswers[next], from) >= 0
                        && shown.toString().endsWith(": ")) {
                    from = shown.length();
                    process.getOutputStream().write(promptsAndAnswers[next + 1].getBytes(UTF_8));
                    process.getOutputStream().flush();
                    next += 2;
                }
            }
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return shown.toString();
    }

    @Test
    void disabledAndEnabledAgain() {
        mailbox("alice@example.org");
        assertThat(postern.ok("mailbox", "disable", "alice@example.org").out())
                .isEqualTo("mailbox alice@example.org disabled: its mail is refused\n");
        postern.ok("subscription", "add", "alice@example.org", "carol@example.net");
        assertThat(postern.ok("mailbox", "disable", "alice@example.org").out())
                .isEqualTo("mailbox alice@example.org is disabled already: its mail goes to its subscribers alone"
                        + " (there: 1)\n");
        assertThat(postern.ok("mailbox", "enable", "alice@example.org").out())
                .isEqualTo("mailbox alice@example.org enabled\n");
        database.execute("UPDATE user SET active = NULL, password = ''");
        assertThat(postern.ok("mailbox", "enable", "alice@example.org").err())
                .isEqualTo("postern: note: alice@example.org has no password: postern mailbox password"
                        + " alice@example.org\n");
        assertThat(audit())
                .extracting(line -> line.toList().get(0))
                .filteredOn(action -> action.toString().contains("able"))
                .containsExactly("mailbox.disable", "mailbox.enable", "mailbox.enable");
    }

    @Test
    void whatIsDeletedIsKeptWithoutItsPassword() {
        mailbox("alice@example.org");
        mailbox("bob@example.org");
        postern.ok("subscription", "add", "alice@example.org", "bob@example.org");
        postern.ok("subscription", "add", "sales@example.org", "alice@example.org", "bob@example.org");
        refused(
                postern.run("mailbox", "delete", "alice@example.org"),
                1,
                "there is no terminal to ask whether alice@example.org is to go; --yes to go on");
        assertThat(postern.ok("mailbox", "delete", "alice@example.org", "--yes").out())
                .isEqualTo("mailbox alice@example.org deleted; subscriptions deleted: 2; its mail on disk is"
                        + " untouched\n");
        assertThat(database.query("SELECT email, recipient FROM subscription"))
                .containsExactly(Map.of("email", "sales@example.org", "recipient", "bob@example.org"));
        assertThat(database.query("SELECT CAST(content AS CHAR) AS content FROM postern_deleted"))
                .singleElement()
                .satisfies(row -> assertThat(row.get("content").toString())
                        .contains("BLF-CRYPT", "sales@example.org", "1073741824")
                        .doesNotContain("$2y$"));

        refused(
                postern.run("mailbox", "add", "alice@example.org", "--generate"),
                1,
                "a mailbox alice@example.org was deleted before: its mail may still be on disk and would belong to the"
                        + " new one; --yes to go on");
        postern.ok("mailbox", "add", "alice@example.org", "--generate", "--yes");
        CommandOutcome kept = postern.ok("mailbox", "delete", "bob@example.org", "--yes", "--keep-subscribed");
        assertThat(kept.err()).contains("postern subscription list bob@example.org");

        database.execute("UPDATE postern_deleted SET deleted = deleted - INTERVAL 31 DAY");
        postern.ok("mailbox", "delete", "alice@example.org", "--yes");
        assertThat(database.query("SELECT email FROM postern_deleted WHERE content IS NULL"))
                .hasSize(2);
    }

    @Test
    void subscriptionsAreAddedTogetherOrNotAtAll() {
        mailbox("alice@example.org");
        mailbox("bob@example.org");
        assertThat(postern.ok("subscription", "add", "sales@example.org", "alice@example.org", "x@example.net")
                        .out())
                .isEqualTo("""
                        incoming mail of sales@example.org to alice@example.org: added
                        incoming mail of sales@example.org to x@example.net: added
                        """);
        refused(
                postern.run("subscription", "add", "sales@example.org", "bob@example.org", "X@example.net"),
                1,
                "x@example.net gets incoming mail of sales@example.org already; nothing was added");
        postern.ok("subscription", "add", "alice@example.org", "bob@example.org", "--outgoing");
        postern.ok("subscription", "add", "@example.org", "bob@example.org");
        refused(
                postern.run("subscription", "add", "sales@example.org", "bob@example.org", "--outgoing"),
                1,
                "no mailbox sales@example.org, whose outgoing mail could be copied");
        refused(
                postern.run("subscription", "add", "list@example.com", "bob@example.org"),
                1,
                "no domain example.com: postern domain add example.com");
        assertThat(postern.ok("subscription", "list", "--format", "tab").out()).isEqualTo("""
                        @example.org\tincoming\tbob@example.org\talias
                        alice@example.org\toutgoing\tbob@example.org\tcopy
                        sales@example.org\tincoming\talice@example.org\talias
                        sales@example.org\tincoming\tx@example.net\talias
                        """);
        assertThat(postern.ok("subscription", "list", "alice@example.org", "--format", "tab")
                        .out())
                .hasLineCount(2);
        refused(
                postern.run("subscription", "delete", "sales@example.org", "alice@example.org", "bob@example.org"),
                1,
                "bob@example.org does not get incoming mail of sales@example.org; nothing was deleted");
        postern.ok("subscription", "delete", "sales@example.org", "alice@example.org", "x@example.net");
        assertThat(database.query("SELECT id FROM subscription WHERE email LIKE 'sales%'"))
                .isEmpty();
        assertThat(audit())
                .contains(tuple(
                        "subscription.delete",
                        "sales@example.org",
                        "example.org",
                        "{\"direction\":\"I\",\"recipients\":[\"alice@example.org\",\"x@example.net\"]}"))
                .filteredOn(line -> line.toList().get(0).toString().startsWith("subscription"))
                .hasSize(4);
    }

    @Test
    void recipientsThatGetNothingAreConfirmed() {
        mailbox("alice@example.org");
        mailbox("full@example.org");
        database.execute("UPDATE user SET bytes = max_bytes WHERE email LIKE 'full%'");
        refused(
                postern.run("subscription", "add", "a@example.org", "nobody@example.org"),
                1,
                "nobody@example.org is neither an active mailbox nor an address with subscribers: it would get nothing;"
                        + " --yes to go on");
        refused(
                postern.run("subscription", "add", "a@example.org", "full@example.org"),
                1,
                "full@example.org is full: it would get nothing until there is room; --yes to go on");
        postern.ok("subscription", "add", "a@example.org", "alice@example.org");
        postern.ok("subscription", "add", "b@example.org", "a@example.org");
        refused(
                postern.run("subscription", "add", "a@example.org", "b@example.org"),
                1,
                "mail for a@example.org would come back to it: a circle; --yes to go on");
        assertThat(database.query("SELECT id FROM subscription")).hasSize(2);
        postern.ok("subscription", "add", "a@example.org", "b@example.org", "--yes");
    }

    /** Names from before the rules, and names that the collation takes for others. */
    @Test
    void mailboxesOfOtherMakingAreTakenByTheirOwnName() {
        mailbox("bob@example.org");
        database.execute("INSERT INTO user (email) VALUES ('Björn@Example.org'), ('a+b@example.org')");
        refused(postern.run("mailbox", "disable", "bjorn@example.org"), 1, "no mailbox bjorn@example.org");
        refused(
                postern.run("mailbox", "add", "bjorn@example.org", "--generate"),
                1,
                "there is a mailbox Björn@Example.org, which the database takes for the same");
        postern.ok("mailbox", "disable", "björn@example.org");
        postern.ok("mailbox", "delete", "a+b@example.org", "--yes");
        assertThat(database.query("SELECT email FROM user WHERE active = 'N'"))
                .containsExactly(Map.of("email", "Björn@Example.org"));
        assertThat(audit())
                .contains(tuple("mailbox.delete", "a+b@example.org", "example.org", "{\"subscriptions\":0}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "domain add localhost | a domain is a name like example.org: labels",
                "domain add example.org --transport dovecot | a transport is dovecot:",
                "mailbox add alice --generate | an address is user@domain",
                "mailbox add a+b@example.org --generate | a+b@example.org has a character of recipient_delimiter",
                "mailbox add alice@example.org --generate --max-bytes 1.5G | --max-bytes is a number of bytes",
                "mailbox add alice@example.org --generate --max-messages many | --max-messages is a number of",
                "subscription add sales@example.org -f@example.org | ",
                "subscription add sales@example.org sales@example.org | sales@example.org cannot subscribe to itself",
            })
    void badInputIsOneLine(String words, String message) {
        mailbox("bob@example.org");
        CommandOutcome outcome = postern.run(words.strip().split(" "));
        assertThat(outcome.status()).isEqualTo(64);
        if (message != null) {
            assertThat(outcome.err()).startsWith("postern: " + message).hasLineCount(1);
        }
        assertThat(audit()).hasSize(2);
    }

    /** Without its line in the audit, no change is made. */
    @Test
    void aChangeWithoutItsAuditIsNotMade() {
        mailbox("alice@example.org");
        database.execute("RENAME TABLE postern_audit TO audit_away");
        try {
            CommandOutcome outcome = postern.run("mailbox", "disable", "alice@example.org");
            assertThat(outcome.status()).isEqualTo(78);
            assertThat(outcome.err()).contains("grants.sql").hasLineCount(1);
            assertThat(postern.run("domain", "add", "example.com").status()).isEqualTo(78);
        } finally {
            database.execute("RENAME TABLE audit_away TO postern_audit");
        }
        assertThat(database.query("SELECT active FROM user")).containsExactly(Map.of("active", "Y"));
        assertThat(database.query("SELECT domain FROM domain")).hasSize(1);
    }

    @Test
    void whatIsWrongWithTheAccountIsOneLine() throws IOException {
        Files.writeString(directory.resolve("admin.password"), "not-the-password");
        CommandOutcome outcome = postern.run("domain", "list");
        assertThat(outcome.status()).isEqualTo(78);
        assertThat(outcome.err())
                .startsWith("postern: the database does not let postern_admin in: ")
                .doesNotContain("not-the-password")
                .hasLineCount(1);
        Files.delete(directory.resolve("admin.password"));
        assertThat(postern.run("domain", "list").err())
                .contains("web.mysql_password_file", "does not exist", "install -m 0600")
                .hasLineCount(1);
        Files.writeString(postern.config(), """
                [mysql]
                host = "127.0.0.1"
                port = 1
                """);
        outcome = postern.run("domain", "list");
        assertThat(outcome.status()).isEqualTo(75);
        assertThat(outcome.err())
                .startsWith("postern: the database does not answer: ")
                .hasLineCount(1);
    }

    private void mailbox(String email) {
        if (database.query("SELECT id FROM domain").isEmpty()) {
            postern.ok("domain", "add", "example.org");
        }
        postern.ok("mailbox", "add", email, "--generate");
    }

    private String hash() {
        return database.query("SELECT password FROM user")
                .get(0)
                .get("password")
                .toString();
    }

    private static void refused(CommandOutcome outcome, int status, String message) {
        assertThat(outcome).isEqualTo(new CommandOutcome(status, "", "postern: " + message + "\n"));
    }

    private List<Tuple> audit() {
        assertThat(database.query("SELECT id FROM postern_audit WHERE actor <> 'cli:carol'"))
                .isEmpty();
        return database
                .query("SELECT action, object, domain, CAST(changes AS CHAR) AS changes FROM postern_audit ORDER BY id")
                .stream()
                .map(row -> tuple(
                        row.get("action"),
                        row.get("object"),
                        row.get("domain"),
                        sorted(row.get("changes").toString())))
                .toList();
    }

    /** MySQL orders the members of a document in its own way. */
    private static String sorted(String json) {
        try {
            return JSON.writeValueAsString(JSON.readValue(json, Map.class));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(json, e);
        }
    }

    /** The packaged jar with this on its standard input; exit code and output as one. */
    private String packaged(String input, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-jar",
                PackagedAgent.jar().toString()));
        command.addAll(List.of(words));
        command.addAll(List.of("--config", postern.config().toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("SUDO_USER", "carol");
        Process process = builder.start();
        process.getOutputStream().write(input.getBytes(UTF_8));
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue() + ": " + output;
    }
}
