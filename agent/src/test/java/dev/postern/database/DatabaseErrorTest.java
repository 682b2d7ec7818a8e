package dev.postern.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.database.DatabaseError.ErrorKind;
import io.vertx.core.VertxException;
import io.vertx.mysqlclient.MySQLException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.net.ConnectException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseErrorTest {

    @ParameterizedTest
    @CsvSource({
        "1644, 45000, ROWS",
        "1644, 02ABC, ROWS",
        "1264, 22003, ROWS",
        "1406, 22001, ROWS",
        "1366, HY000, ROWS",
        "1048, 23000, ROWS",
        "4025, 23000, ROWS",
        "3819, HY000, ROWS",
        "1369, 44000, ROWS",
        "1213, 40001, TRANSIENT",
        "1020, HY000, TRANSIENT",
        "1205, HY000, AWAY",
        "1290, HY000, AWAY",
        "1040, 08004, AWAY",
        "1045, 28000, AWAY",
        "1142, 42000, AWAY",
        "1114, HY000, AWAY",
        "1927, 70100, AWAY",
    })
    void tellsTheRowsFaultFromTheDatabases(int number, String state, ErrorKind kind) {
        assertThat(DatabaseError.of(new MySQLException("x", number, state)).kind())
                .isEqualTo(kind);
    }

    @Test
    void saysTheServersWordsAndTheCure() {
        DatabaseError error = DatabaseError.of(new MySQLException("Access denied, for {x}", 1045, "28000"));

        assertThat(error.text())
                .isEqualTo("Access denied, for {x} (error 1045): check user and password_file of [mysql]");
        assertThat(error.leavesTheConnection()).isFalse();
    }

    @Test
    void aBrokenConnectionIsWorthAnotherAtOnceAndAServerThatIsNotThereIsNot() {
        assertThat(DatabaseError.of(ClosedConnectionException.INSTANCE).isTransient())
                .isTrue();
        assertThat(DatabaseError.of(new VertxException("not active", true)).isTransient())
                .isTrue();
        assertThat(DatabaseError.of(new ConnectException("refused")).isTransient())
                .isFalse();
        assertThat(DatabaseError.of(new TimeoutException()).isTransient()).isFalse();
        assertThat(DatabaseError.of(new EveryRowRefusedException("x")).isTransient())
                .isFalse();
        assertThat(DatabaseError.of(new IllegalStateException("x")).isTransient())
                .isFalse();
    }
}
