package dev.postern.bench;

import dev.postern.testing.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;

/**
 * The bytes of a row in the database, once a millisecond: more often would take from the database what it needs to
 * write.
 */
final class RowProbe implements EffectWatcher.EffectProbe {

    private static final long PAUSE_NANOS = 1_000_000;

    private final Connection connection;
    private final PreparedStatement select;

    RowProbe(TestDatabase database) throws SQLException {
        connection = database.connect();
        select = connection.prepareStatement("SELECT bytes FROM user WHERE email = ?");
    }

    @Override
    public String see(String key) throws SQLException {
        LockSupport.parkNanos(PAUSE_NANOS);
        select.setString(1, key);
        try (ResultSet rows = select.executeQuery()) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
