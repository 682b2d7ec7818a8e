package dev.postern.check.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.postern.check.report.CheckReport;
import dev.postern.check.report.Finding;
import dev.postern.config.AgentConfig;
import dev.postern.model.RecipientDelimiter;
import dev.postern.schema.DatabaseSockets;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.Ports;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A sound database has no finding; one that is broken in one way has that one. */
@Tag("database")
@ExtendWith(DatabaseExtension.class)
class DatabaseCheckIT {

    private static final String LIMITS = "GENERATED ALWAYS AS (COALESCE((`bytes` >= `max_bytes` AND `max_bytes` > 0)"
            + " OR (`messages` >= `max_messages` AND `max_messages` > 0), FALSE)) VIRTUAL";

    private final TestDatabase database;
    private final String account;
    private String undo = "DO 0";

    DatabaseCheckIT(TestDatabase database) {
        this.database = database;
        this.account = "'postern'@'" + database.server().clientHost() + "'";
    }

    @AfterEach
    void mend() {
        database.execute(undo);
    }

    @Test
    void aSoundOneHasNoFinding() {
        assertThat(findings()).isEmpty();
    }

    static Stream<Arguments> breakages() {
        return Stream.of(
                breakage(
                        "ALTER TABLE user MODIFY lastip varchar(32)",
                        "ALTER TABLE user MODIFY lastip varchar(45) CHARACTER SET ascii COLLATE ascii_general_ci",
                        "DB.user.lastip: is varchar(32) and does not hold what the agent writes; ALTER TABLE"
                                + " `user` MODIFY"
                                + " `lastip` varchar(45) CHARACTER SET ascii DEFAULT NULL"),
                breakage(
                        "ALTER TABLE user MODIFY lasttime datetime",
                        "ALTER TABLE user MODIFY lasttime datetime(6)",
                        "ALTER TABLE `user` MODIFY `lasttime` datetime(6) DEFAULT NULL"),
                breakage(
                        "ALTER TABLE user DROP INDEX over_quota, DROP COLUMN over_quota, MODIFY messages int",
                        "ALTER TABLE user MODIFY messages bigint, ADD COLUMN over_quota boolean " + LIMITS
                                + ", ADD INDEX over_quota (over_quota, email)",
                        "ALTER TABLE `user` MODIFY `messages` bigint DEFAULT NULL",
                        "DB: is older than this agent and lacks user.over_quota; postern migrate --admin-user root"
                                + " --admin-password-file FILE"),
                breakage(
                        "RENAME TABLE postern_checkpoint TO x",
                        "RENAME TABLE x TO postern_checkpoint",
                        "lacks postern_checkpoint.agent, postern_checkpoint.batch, postern_checkpoint.written; postern"
                                + " migrate"),
                breakage(
                        "ALTER TABLE user DROP INDEX email",
                        "ALTER TABLE user ADD UNIQUE INDEX email (email)",
                        "the agent's update of figures: reads all of table u; the agent's reading of rows:"
                                + " reads all of table u; ALTER TABLE `user` ADD UNIQUE INDEX `email`"
                                + " (`email`)"),
                breakage(
                        "ALTER TABLE subscription MODIFY email varchar(255) CHARACTER SET latin1 NOT NULL",
                        "ALTER TABLE subscription MODIFY email varchar(255) CHARACTER SET utf8mb4 COLLATE"
                                + " utf8mb4_general_ci NOT NULL",
                        "DB.subscription.email: has the collation latin1_swedish_ci, in which the agent cannot compare"
                                + " addresses; ALTER TABLE `subscription` MODIFY `email` varchar(255) CHARACTER"
                                + " SET utf8mb4"
                                + " COLLATE utf8mb4_general_ci NOT NULL"),
                breakage(
                        "ALTER TABLE user DROP INDEX lasttime",
                        "ALTER TABLE user ADD INDEX lasttime (lasttime)",
                        "the agent's reading of recent logins: reads all of table u; ALTER TABLE `user` ADD INDEX"
                                + " `lasttime` (`lasttime`)"),
                breakage(
                        "ALTER TABLE subscription DROP INDEX subscription",
                        "ALTER TABLE subscription ADD UNIQUE INDEX subscription (direction, email, recipient)",
                        "the agent's reading of subscribers: reads all of table s; ALTER TABLE `subscription`"
                                + " ADD UNIQUE"
                                + " INDEX `subscription` (`direction`, `email`, `recipient`)"),
                breakage(
                        "ALTER TABLE postern_checkpoint DROP PRIMARY KEY",
                        "ALTER TABLE postern_checkpoint ADD PRIMARY KEY (agent)",
                        "ALTER TABLE `postern_checkpoint` ADD PRIMARY KEY (`agent`)"),
                breakage(
                        "INSERT INTO user (email) VALUES ('ΝΙΚΟΣ2@example.org'), ('a+b@example.org'),"
                                + " ('Upper@Example.org')",
                        "DELETE FROM user",
                        "DB.user: a+b@example.org has a character of recipient_delimiter (+): what follows is"
                                + " an extension;"
                                + " ΝΙΚΟΣ2@example.org has letters beyond ASCII before the @: no mail arrives,"
                                + " as Dovecot's LMTP"
                                + " offers no SMTPUTF8; another name for each"),
                breakage(
                        "UPDATE user SET lasttime = UTC_TIMESTAMP(6) + INTERVAL 2 HOUR WHERE email = 'a@example.org'",
                        "UPDATE user SET lasttime = NULL",
                        "DB.user.lasttime: 1 logins are in the future: something else writes there, and not in UTC;"));
    }

    @ParameterizedTest
    @MethodSource("breakages")
    void eachBreakageHasItsFinding(String broken, String mended, List<String> expected) {
        database.execute("INSERT IGNORE INTO user (email) VALUES ('a@example.org')");
        undo = mended;
        database.execute(broken);
        assertFindings(expected.toArray(String[]::new));
    }

    @Test
    void tooFewRights() {
        database.execute("REVOKE UPDATE (lastip) ON user FROM " + account);
        undo = "GRANT UPDATE (lastip) ON user TO " + account;
        assertFindings("may not UPDATE (`lastip`) on DB.user; GRANT UPDATE (`lastip`) ON `DB`.`user` TO " + account);
    }

    @Test
    void aTableThatMayNotBeReadIsAMatterOfRights() {
        database.execute("REVOKE SELECT, INSERT, UPDATE ON postern_checkpoint FROM " + account);
        undo = "GRANT SELECT, INSERT, UPDATE ON postern_checkpoint TO " + account;
        assertFindings("GRANT SELECT, INSERT, UPDATE ON `DB`.`postern_checkpoint` TO " + account);
    }

    @Test
    void tooManyRights() {
        database.execute("GRANT DELETE, SELECT (password) ON user TO " + account);
        undo = "REVOKE DELETE, SELECT (password) ON user FROM " + account;
        assertFindings(" ON `DB`.`user` FROM " + account + ", then grants.sql again");
        assertThat(findings().get(0)).contains("DELETE").contains("SELECT (`password`)");
    }

    @Test
    void aLockedAccount() {
        database.execute("ALTER USER " + account + " ACCOUNT LOCK");
        undo = "ALTER USER " + account + " ACCOUNT UNLOCK";
        assertFindings(
                "DB: the account postern is locked; ALTER USER 'postern'@'localhost' IDENTIFIED BY '…' ACCOUNT UNLOCK");
    }

    @Test
    void aWrongPassword() {
        assertThat(findings(mysql(database.port(), database.database()), "wrong", InstantSource.system()))
                .singleElement()
                .asString()
                .contains("does not let postern in: wrong password?")
                .doesNotContain("'wrong'");
    }

    @Test
    void noSuchDatabaseForIt() {
        assertThat(findings(mysql(database.port(), "nosuch"), password(), InstantSource.system()))
                .singleElement()
                .asString()
                .startsWith("nosuch: ");
    }

    @Test
    void nobodyThere() {
        int port = Ports.free();
        assertThat(findings(mysql(port, "mail"), password(), InstantSource.system()))
                .singleElement()
                .asString()
                .startsWith("mail: no answer from " + database.host() + ":" + port)
                .matches(".*; (systemctl start mariadb, or name another|socket = \"/.*\") in \\[mysql\\].*");
    }

    @Test
    void aServersSocketAtAnotherPlaceIsNamed(@TempDir Path directory) throws IOException {
        Path listening = directory.resolve("mysqld.sock");
        AgentConfig.MysqlSection missing = new AgentConfig.MysqlSection(
                "localhost", 3306, directory.resolve("none"), "mail", "postern", null, AgentConfig.TlsMode.OFF, null);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(listening));
            assertThat(DatabaseSockets.insteadOf(missing)).contains(listening);
            assertThat(findings(missing, password(), InstantSource.system()))
                    .singleElement()
                    .asString()
                    .startsWith("mail: no answer from " + directory.resolve("none"))
                    .containsPattern("; socket = \"/.*/(mysqld|mysql|mariadb)\\.sock\" in \\[mysql\\]");
            Files.setAttribute(listening, "unix:uid", 65_534);
            assertThat(DatabaseSockets.insteadOf(missing)).doesNotContain(listening);
        }
    }

    @Test
    void clocksThatDiffer() {
        InstantSource early = () -> InstantSource.system().instant().minus(1, ChronoUnit.HOURS);
        assertThat(findings(mysql(database.port(), database.database()), password(), early))
                .singleElement()
                .asString()
                .startsWith("DB: its clock is 3600 s ahead of this host's; timedatectl");
    }

    @Test
    void aReadOnlyServer() {
        Assumptions.assumeTrue(database.server().isOurs());
        database.execute("SET GLOBAL read_only = 1");
        undo = "SET GLOBAL read_only = 0";
        assertFindings("DB: the server is read-only (read_only): a replica?; name the primary in [mysql], or SET"
                + " GLOBAL read_only = 0");
    }

    /** With the agent's rights, which do not show the state of a replica on MySQL. */
    @Test
    void aReplicaThatTakesWritesIsNoted() {
        Assumptions.assumeTrue(database.server().isOurs());
        boolean mariadb = database.query("SELECT VERSION() LIKE '%MariaDB%' AS mariadb")
                .get(0)
                .get("mariadb")
                .toString()
                .equals("1");
        // Of a container it is noted that its port is forwarded.
        List<String> before = notes();
        // Reserved for documentation: no machine answers there.
        database.execute(
                mariadb
                        ? "CHANGE MASTER 'x' TO MASTER_HOST = '192.0.2.1', MASTER_USER = 'x'"
                        : "CHANGE REPLICATION SOURCE TO SOURCE_HOST = '192.0.2.1', SOURCE_USER = 'x'",
                mariadb ? "START SLAVE 'x'" : "START REPLICA");
        try {
            assertThat(notes())
                    .filteredOn(note -> !before.contains(note))
                    .singleElement()
                    .asString()
                    .endsWith(": the server is a replica: what is written here is not on its primary");
        } finally {
            database.execute(
                    mariadb ? "STOP SLAVE 'x'" : "STOP REPLICA", mariadb ? "RESET SLAVE 'x' ALL" : "RESET REPLICA ALL");
        }
        assertThat(notes()).isEqualTo(before);
    }

    private List<String> notes() {
        return report().notes().stream().map(Object::toString).toList();
    }

    @Test
    void aServerWhoseTransactionsAreReadOnly() {
        Assumptions.assumeTrue(database.server().isOurs());
        String variable = database.query("SHOW GLOBAL VARIABLES LIKE 'transaction_read_only'")
                        .isEmpty()
                ? "tx_read_only"
                : "transaction_read_only";
        database.execute("SET GLOBAL " + variable + " = 1");
        undo = "SET SESSION " + variable + " = 0";
        try {
            assertFindings("DB: the server is read-only (" + variable + "): a replica?;");
        } finally {
            database.execute("SET GLOBAL " + variable + " = 0");
        }
    }

    /** A right of any kind that is not needed is named, and the line that is shown takes it away. */
    @Test
    void rightsToRoutinesPatternsAndAccountsAreNamedWithWhatTakesThemAway() {
        String name = database.database();
        String pattern = name.replace("_", "\\_");
        undo = "DROP USER IF EXISTS 'o''brien @x'@'localhost'";
        try {
            database.execute(
                    "CREATE PROCEDURE p() SELECT 1",
                    "CREATE FUNCTION f() RETURNS int DETERMINISTIC NO SQL RETURN 1",
                    "CREATE USER IF NOT EXISTS 'o''brien @x'@'localhost'",
                    "CREATE ROLE IF NOT EXISTS postern_check_role",
                    "GRANT EXECUTE ON PROCEDURE p TO " + account,
                    "GRANT EXECUTE, ALTER ROUTINE ON FUNCTION f TO " + account + " WITH GRANT OPTION",
                    "GRANT LOCK TABLES ON `" + pattern + "`.* TO " + account,
                    "GRANT postern_check_role TO " + account);
            // Only MariaDB's root@localhost may give this one on.
            boolean onThisHost = database.socket() != null;
            if (onThisHost) {
                database.execute("GRANT PROXY ON 'o''brien @x'@'localhost' TO " + account);
            }
            List<Finding> found = apartFromTheWay(report()).toList();
            assertThat(found).hasSize(onThisHost ? 5 : 4);
            found.forEach(finding -> database.execute(finding.fix().replaceFirst(", then grants.sql again$", "")));
            assertThat(findings()).isEmpty();
        } finally {
            database.execute(
                    "DROP PROCEDURE IF EXISTS p",
                    "DROP FUNCTION IF EXISTS f",
                    "DROP ROLE IF EXISTS postern_check_role");
        }
    }

    @Test
    void aViewInPlaceOfATable() {
        database.execute("RENAME TABLE domain TO base", "CREATE VIEW domain AS SELECT * FROM base");
        undo = "RENAME TABLE base TO domain";
        try {
            // The account sees the view only if it may use it.
            database.execute("GRANT SELECT ON domain TO " + account);
            assertThat(findings()).anyMatch(line -> line.startsWith("DB.domain: is a view:"));
        } finally {
            database.execute("REVOKE SELECT ON domain FROM " + account, "DROP VIEW domain");
        }
    }

    @Test
    void aTableWithoutTransactions() {
        database.execute("ALTER TABLE postern_checkpoint ENGINE=MyISAM");
        undo = "ALTER TABLE postern_checkpoint ENGINE=InnoDB";
        assertThat(findings())
                .anyMatch(line -> line.equals(
                        "DB.postern_checkpoint: is a table of MyISAM, without transactions: what is written may"
                                + " count twice; ALTER TABLE `postern_checkpoint` ENGINE=InnoDB"));
    }

    @Test
    void aTableInTheRowFormatOfOlderServers() {
        database.execute("ALTER TABLE postern_checkpoint ROW_FORMAT=COMPACT");
        undo = "ALTER TABLE postern_checkpoint ROW_FORMAT=DYNAMIC";
        assertFindings(
                "DB.postern_checkpoint: has the row format Compact, in which an index does not take a whole address;"
                        + " ALTER TABLE `postern_checkpoint` ROW_FORMAT=DYNAMIC");
    }

    @Test
    void theServersZoneDoesNotMatter() {
        Assumptions.assumeTrue(database.server().isOurs());
        database.execute("SET GLOBAL time_zone = '+03:00'");
        undo = "SET GLOBAL time_zone = 'SYSTEM'";
        assertThat(findings()).isEmpty();
    }

    /** Each finding holds its text, DB standing for the database's name. */
    private void assertFindings(String... expected) {
        List<String> found = findings();
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(found.get(i)).contains(expected[i]);
        }
    }

    private List<String> findings() {
        return findings(mysql(database.port(), database.database()), password(), InstantSource.system());
    }

    private CheckReport report() {
        return report(mysql(database.port(), database.database()), password(), InstantSource.system());
    }

    private static CheckReport report(AgentConfig.MysqlSection mysql, String password, InstantSource clock) {
        CheckReport report = new CheckReport();
        new DatabaseCheck(mysql, password, new RecipientDelimiter("+"), clock).examine(report);
        assertThat(report.unchecked()).isEmpty();
        return report;
    }

    private List<String> findings(AgentConfig.MysqlSection mysql, String password, InstantSource clock) {
        return apartFromTheWay(report(mysql, password, clock))
                .map(Finding::toString)
                .map(line -> line.replace(database.database(), "DB"))
                .toList();
    }

    /** A server in a container is beyond this host: {@link WayCheckTest}. */
    private static Stream<Finding> apartFromTheWay(CheckReport report) {
        return report.findings().stream()
                .filter(finding -> !finding.toString().startsWith("mysql.host: everything goes to "));
    }

    private String password() {
        return database.account("postern").password();
    }

    private AgentConfig.MysqlSection mysql(int port, String name) {
        return new AgentConfig.MysqlSection(
                database.host(), port, null, name, "postern", null, AgentConfig.TlsMode.OFF, null);
    }

    private static Arguments breakage(String broken, String mended, String... expected) {
        return arguments(broken, mended, List.of(expected));
    }
}
