package dev.postern.database;

import dev.postern.model.FailureText;
import io.vertx.core.Future;
import io.vertx.core.VertxException;
import io.vertx.mysqlclient.MySQLException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a failed statement means. The one place that knows the server's error numbers.
 *
 * @param kind what is to be done about it
 * @param code the same for the same reason, whatever the text
 * @param text for the administrator's log, with the fix where one is known
 */
record DatabaseError(ErrorKind kind, String code, String text) {

    enum ErrorKind {
        /**
         * A row that was to be written cannot be, as it is: a constraint, a trigger, a value that the column does not
         * take.
         */
        ROWS,
        /** A deadlock, or a checkpoint that has moved: the same again will do. */
        TRANSIENT,
        /** The connection broke: a new one may do. */
        LOST,
        /** The database cannot be used at the moment. */
        AWAY
    }

    /** Data that does not fit, violated constraints, a trigger's SIGNAL, a view's CHECK OPTION. */
    private static final Set<String> CLASSES_OF_ROWS = Set.of("22", "23", "44", "45");

    /**
     * The same of general SQLSTATEs: incorrect value, no partition for it, SIGNAL, and CHECK of MySQL and of MariaDB.
     */
    private static final Set<Integer> NUMBERS_OF_ROWS = Set.of(1366, 1526, 1644, 3819, 4025);

    /** The last one is MariaDB's word for a row that was changed after the transaction's snapshot. */
    private static final Set<Integer> DEADLOCKS = Set.of(1213, 1020);

    private static final Pattern MESSAGE =
            Pattern.compile("\\{errorMessage=(.*), errorCode=\\d+, sqlState=.*}", Pattern.DOTALL);

    static DatabaseError of(Throwable failure) {
        if (failure instanceof MySQLException error) {
            return of(error);
        }
        if (failure instanceof EveryRowRefusedException || failure instanceof UnfitCollation) {
            return away(failure, String.valueOf(failure.getMessage()));
        }
        if (failure instanceof CheckpointMovedException) {
            return new DatabaseError(ErrorKind.TRANSIENT, "checkpoint", String.valueOf(failure.getMessage()));
        }
        if (failure instanceof UntrustedServerException untrusted) {
            return new DatabaseError(
                    ErrorKind.AWAY, untrusted.reason().label(), String.valueOf(untrusted.getMessage()));
        }
        if (failure instanceof SessionSettingsException) {
            return new DatabaseError(ErrorKind.AWAY, "settings", String.valueOf(failure.getMessage()));
        }
        if (failure instanceof TimeoutException) {
            return away(failure, "no answer within mysql_timeout");
        }
        if (failure instanceof ClosedConnectionException || failure instanceof VertxException) {
            return new DatabaseError(ErrorKind.LOST, "lost", "connection lost");
        }
        return failure instanceof IOException
                ? away(failure, "cannot connect: " + FailureText.of(failure))
                : away(failure, FailureText.of(failure));
    }

    /** The client does not read an error that a server sends instead of its greeting. */
    static <T> Future<T> whileConnecting(Throwable failure) {
        return Future.failedFuture(
                failure instanceof ClosedConnectionException ? new ClosedAtOnceException() : failure);
    }

    /** Whether the next try may well succeed. */
    boolean isTransient() {
        return kind == ErrorKind.TRANSIENT || kind == ErrorKind.LOST;
    }

    boolean isOfRows() {
        return kind == ErrorKind.ROWS;
    }

    /** Whether the connection can be used as before. */
    boolean leavesTheConnection() {
        return kind == ErrorKind.ROWS || kind == ErrorKind.TRANSIENT;
    }

    private static DatabaseError of(MySQLException error) {
        int number = error.getErrorCode();
        ErrorKind kind =
                DEADLOCKS.contains(number) ? ErrorKind.TRANSIENT : isOfRows(error) ? ErrorKind.ROWS : ErrorKind.AWAY;
        return new DatabaseError(kind, Integer.toString(number), message(error) + fix(number));
    }

    /** The server's own words: the client puts them between others. */
    private static String message(MySQLException error) {
        String message = String.valueOf(error.getMessage());
        Matcher words = MESSAGE.matcher(message);
        return (words.matches() ? words.group(1) : message) + " (error " + error.getErrorCode() + ")";
    }

    private static boolean isOfRows(MySQLException error) {
        String state = String.valueOf(error.getSqlState());
        return NUMBERS_OF_ROWS.contains(error.getErrorCode())
                || (state.length() == 5 && CLASSES_OF_ROWS.contains(state.substring(0, 2)));
    }

    private static String fix(int number) {
        return switch (number) {
            case 1040 -> ": the server is at max_connections";
            case 1044, 1045, 1698 -> ": check user and password_file of [mysql]";
            case 1049 -> ": check database of [mysql]";
            case 1054, 1146 -> ": the schema is missing or too old: run postern migrate";
            case 1153 -> ": raise max_allowed_packet of the server";
            case 1142, 1143 -> ": apply schema/grants.sql";
            case 1203, 1226 -> ": the agent needs three connections";
            case 1205 -> ": another session has locked a table or a row: SHOW FULL PROCESSLIST";
            case 1267, 1271 -> ": columns of addresses differ in their collation: run postern check";
            case 1290, 1836 -> ": is this the primary?";
            default -> "";
        };
    }

    private static DatabaseError away(Throwable failure, String text) {
        return new DatabaseError(ErrorKind.AWAY, failure.getClass().getName(), text);
    }
}
