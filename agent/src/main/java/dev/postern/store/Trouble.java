package dev.postern.store;

import io.vertx.mysqlclient.MySQLException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.util.concurrent.TimeoutException;

/**
 * What a failed statement means. The one place that knows the server's error numbers.
 *
 * @param passing worth another try at once: a deadlock or a lock not got in time
 * @param text for the administrator's log, with the cure where there is one
 */
record Trouble(boolean passing, String text) {

    static Trouble of(Throwable failure) {
        if (failure instanceof MySQLException error) {
            return of(error);
        }
        if (failure instanceof TimeoutException) {
            return new Trouble(false, "no answer within mysql_timeout");
        }
        if (failure instanceof ClosedConnectionException) {
            return new Trouble(false, "connection lost");
        }
        return new Trouble(false, "cannot connect: " + failure.getMessage());
    }

    private static Trouble of(MySQLException error) {
        String said = String.valueOf(error.getMessage());
        return switch (error.getErrorCode()) {
            case 1205, 1213 -> new Trouble(true, said);
            case 1044, 1045, 1698 -> new Trouble(false, said + " (check user and password_file of [mysql])");
            case 1049 -> new Trouble(false, said + " (check database of [mysql])");
            case 1054, 1146 -> new Trouble(false, said + " (the schema is missing or too old: run postern migrate)");
            case 1142, 1143 -> new Trouble(false, said + " (apply schema/grants.sql)");
            default -> new Trouble(false, said);
        };
    }
}
