package dev.postern.schema;

import dev.postern.config.AgentConfig;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.output.MigrateOutput;
import org.flywaydb.core.api.output.MigrateResult;
import org.mariadb.jdbc.MariaDbDataSource;

/**
 * Brings a database to the newest schema: an empty one, one that the seed's own statements made (which counts as version
 * 1), or one that is under way. Forward only, safe to repeat. A database with other tables is not touched.
 */
public final class Migration {

    /** Where the library notes what it has applied. */
    static final String HISTORY = "postern_schema_history";

    /** The version that the seed's own statements are. */
    private static final String SEED_VERSION = "1";

    /**
     * What was done.
     *
     * @param applied the files, in order; empty when there was nothing to do
     * @param version what the database is at now
     */
    public record MigrationResult(List<String> applied, String version) {}

    private final MariaDbDataSource source;

    private Migration(MariaDbDataSource source) {
        this.source = source;
    }

    /**
     * Migrates.
     *
     * @param adminUser an account that may create and alter tables
     * @param adminPassword never shows in any message
     * @throws MigrationException with a sentence for the administrator; nothing is half-done except where it says so
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
            throw MigrationException.of(e);
        }
    }

    private static MigrationResult migrateHere(AgentConfig.MysqlSection where, String adminUser, String adminPassword)
            throws SQLException {
        return new Migration(JdbcClient.source(where, adminUser, adminPassword, "")).run();
    }

    private MigrationResult run() throws SQLException {
        boolean baseline = isSeed();
        try {
            MigrateResult result = Flyway.configure()
                    .dataSource(source)
                    .locations("classpath:schema")
                    .table(HISTORY)
                    .baselineOnMigrate(baseline)
                    .baselineVersion(SEED_VERSION)
                    .baselineDescription("seed")
                    .load()
                    .migrate();
            return new MigrationResult(
                    result.migrations.stream().map(Migration::name).toList(),
                    result.targetSchemaVersion == null
                            ? String.valueOf(result.initialSchemaVersion)
                            : result.targetSchemaVersion);
        } catch (FlywayException e) {
            throw MigrationException.of(e);
        }
    }

    /** Whether the tables are there without our history: then they must be the seed's, all of them. */
    private boolean isSeed() throws SQLException {
        try (Connection connection = source.getConnection()) {
            ExistingTables tables = ExistingTables.of(connection);
            if (tables.isEmpty() || tables.has(HISTORY)) {
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
    }

    private static String name(MigrateOutput migration) {
        return "V" + migration.version + " " + migration.description;
    }
}
