package dev.postern.schema;

import dev.postern.config.AgentConfig;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.output.MigrateOutput;
import org.flywaydb.core.api.output.MigrateResult;
import org.mariadb.jdbc.MariaDbDataSource;

/**
 * Brings a database to the newest schema: an empty one, one that the seed's own statements made (which counts as
 * version 1), or one that is under way. Forward only, safe to repeat. A database with other tables is not touched.
 */
public final class Migration {

    /** Where the library notes what it has applied. */
    static final String HISTORY = "postern_schema_history";

    /** The version that the seed's own statements are. */
    private static final String SEED_VERSION = "1";

    /** The checksum of V2's first form. */
    private static final int UTC_FIRST = 746_409_390;

    /** Seconds; by default a server waits for a day or a year until another session lets go of a table. */
    private static final String LOCK_WAIT = "SET SESSION lock_wait_timeout = 30, innodb_lock_wait_timeout = 30";

    /**
     * What was done.
     *
     * @param applied the files, in order; empty when there was nothing to do
     * @param version what the database is at now
     */
    public record MigrationResult(List<String> applied, String version) {}

    private final MariaDbDataSource source;
    private final AgentConfig.MysqlSection where;

    private Migration(MariaDbDataSource source, AgentConfig.MysqlSection where) {
        this.source = source;
        this.where = where;
    }

    /**
     * Migrates.
     *
     * @param adminUser an account that may create and alter tables
     * @param adminPassword never shows in any message
     * @throws MigrationException with a sentence for the administrator; nothing is half-done unless it is in the
     *     sentence
     */
    public static MigrationResult migrate(AgentConfig.MysqlSection where, String adminUser, String adminPassword) {
        try {
            if (where.socket() != null) {
                // Its owner is checked, and root's account is let in for being root.
                return migrateHere(where, adminUser, adminPassword);
            }
            try (UnprivilegedRunner unprivileged = new UnprivilegedRunner()) {
                return unprivileged.call(() -> migrateHere(where, adminUser, adminPassword));
            }
        } catch (SQLException e) {
            throw MigrationException.of(e, where);
        }
    }

    private static MigrationResult migrateHere(AgentConfig.MysqlSection where, String adminUser, String adminPassword)
            throws SQLException {
        return new Migration(JdbcClient.source(where, adminUser, adminPassword, ""), where).run();
    }

    private MigrationResult run() throws SQLException {
        boolean baseline = prepare();
        try {
            Flyway flyway = Flyway.configure()
                    .dataSource(source)
                    .initSql(LOCK_WAIT)
                    .locations("classpath:schema")
                    .table(HISTORY)
                    .baselineOnMigrate(baseline)
                    .baselineVersion(SEED_VERSION)
                    .baselineDescription("seed")
                    // The files are the jar's own, and each can be repeated: nothing is learned from their checksums.
                    .validateOnMigrate(false)
                    .load();
            if (Arrays.stream(flyway.info().all())
                    .anyMatch(migration -> migration.getState() == MigrationState.FAILED)) {
                flyway.repair();
            }
            MigrateResult result = flyway.migrate();
            return new MigrationResult(
                    result.migrations.stream().map(Migration::name).toList(),
                    result.targetSchemaVersion == null
                            ? String.valueOf(result.initialSchemaVersion)
                            : result.targetSchemaVersion);
        } catch (FlywayException e) {
            throw MigrationException.of(e, where);
        }
    }

    /** Checks what is there before anything changes; returns whether it is the seed's, without our history. */
    private boolean prepare() throws SQLException {
        try (Connection connection = source.getConnection()) {
            ExistingTables tables = ExistingTables.of(connection);
            if (tables.isEmpty()) {
                return false;
            }
            refuseShiftedTimes(connection, tables);
            boolean seed = isSeed(tables);
            if (tables.has("user") && !tables.has("user", "over_quota")) {
                List<String> problems = MigrationPreflight.problems(connection);
                if (!problems.isEmpty()) {
                    throw new MigrationException("nothing was changed: " + String.join(". ", problems));
                }
            }
            return seed;
        }
    }

    /** Whether the tables are there without our history: then they must be the seed's, all of them. */
    private static boolean isSeed(ExistingTables tables) {
        if (tables.has(HISTORY)) {
            return false;
        }
        List<String> missing = tables.missing(SeedTables.COLUMNS);
        if (!missing.isEmpty()) {
            throw new MigrationException(
                    "the database has tables and they are not the seed's, nothing was done; missing: "
                            + String.join(", ", missing));
        }
        return true;
    }

    /** The first form of V2 changed the times before it altered the table: where it failed, they are UTC already. */
    private static void refuseShiftedTimes(Connection connection, ExistingTables tables) throws SQLException {
        if (!tables.has(HISTORY) || tables.has("user", "over_quota")) {
            return;
        }
        try (Statement statement = connection.createStatement();
                ResultSet failed = statement.executeQuery("SELECT 1 FROM " + HISTORY + " WHERE version = '2' AND NOT"
                        + " success AND checksum = " + UTC_FIRST)) {
            if (failed.next()) {
                throw new MigrationException(
                        "nothing was changed: an earlier version of postern migrate has failed here after"
                                + " it had made the times UTC. Undo that: UPDATE `user` SET `lasttime` ="
                                + " CONVERT_TZ(`lasttime`,"
                                + " '+00:00', @@global.time_zone); DELETE FROM " + HISTORY
                                + " WHERE NOT success; and repeat");
            }
        }
    }

    private static String name(MigrateOutput migration) {
        return "V" + migration.version + " " + migration.description;
    }
}
