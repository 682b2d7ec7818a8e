package dev.postern.admin.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.admin.store.AdminDatabaseException.FailureKind;
import java.net.ConnectException;
import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdminDatabaseExceptionTest {

    @ParameterizedTest
    @CsvSource({
        "1205, HY000, AWAY, another session changes the same rows",
        "1213, 40001, AWAY, another session changes the same rows",
        "1290, HY000, AWAY, the database is read-only",
        "0, 08000, AWAY, the database does not answer: connection refused",
        "1045, 28000, UNFIT, the database does not let postern_admin in",
        "1142, 42000, UNFIT, postern_admin lacks a right",
        "1146, 42S02, UNFIT, the database is not there or older",
        "1064, 42000, OTHER, the database refuses a statement",
    })
    void eachFailureHasItsKindAndItsSentence(int code, String state, FailureKind kind, String sentence) {
        SQLException cause =
                new SQLException("a\nb\u001b[31m" + "x".repeat(5000), state, code, new ConnectException("no"));
        AdminDatabaseException failure = AdminDatabaseException.of(cause, "postern_admin");
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.getMessage())
                .startsWith(sentence)
                .hasSizeLessThan(600)
                .doesNotContain("\n", "\u001b");
    }
}
