package dev.postern.check.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.postern.config.AgentConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Whatever a file of {@code mysql_table(5)} holds, it names a server that can be asked, and a query without keys. */
class TableFileFuzzTest {

    @FuzzTest
    void anyTextIsATable(byte[] text) {
        TableFile file =
                TableFile.parse(Path.of("/etc/postfix/mysql/alias.cf"), new String(text, StandardCharsets.UTF_8));
        assertThat(file.name()).isEqualTo("alias");
        AgentConfig.MysqlSection database = file.database();
        assertThat(database.port()).isBetween(1, 65_535);
        assertThat(database.host()).isNotEmpty();
        assertThat(database.database()).isEqualTo(file.setting("dbname"));
        assertThat(file.query("key", "user", "domain").length())
                .isLessThanOrEqualTo(6 * file.setting("query").length());
        assertThat(file.settings()).allSatisfy((name, value) -> {
            assertThat(name).isEqualTo(name.strip());
            assertThat(value).isEqualTo(value.strip());
        });
    }
}
