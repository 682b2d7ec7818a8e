package dev.postern.check.dovecot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DoveconfOutputTest {

    @Test
    void blocksOfOneNameAreOne() {
        DoveconfOutput settings = DoveconfOutput.parse("""
                service imap {
                  executable = imap
                }
                service imap {
                  user = vmail
                }
                """);
        assertThat(settings.blocks("service")).containsOnlyKeys("imap");
        assertThat(settings.block("service imap").value("executable")).isEqualTo("imap");
        assertThat(settings.block("service imap").value("user")).isEqualTo("vmail");
    }

    @Test
    void eachOfDovecots23sUserDatabasesIsOneOfItsOwn() {
        DoveconfOutput settings = DoveconfOutput.parse("""
                passdb {
                  args = /etc/dovecot/postern-sql.conf.ext
                  driver = sql
                }
                passdb {
                  driver = static
                }
                userdb {
                  driver = passwd
                }
                """);
        assertThat(settings.blocks("passdb").values().stream()
                        .map(block -> List.of(block.value("driver"), block.value("args"))))
                .containsExactly(List.of("sql", "/etc/dovecot/postern-sql.conf.ext"), List.of("static", ""));
        assertThat(settings.blocks("userdb")).hasSize(1);
    }

    @Test
    void aPasswordIsReadAsDovecot24QuotesIt() {
        DoveconfOutput settings = DoveconfOutput.parse("""
                mysql /run/mysqld/mysqld.sock {
                  password = "dov\\"ec #ot"
                }
                passdb sql {
                  default_password_scheme = CRYPT
                }
                """);
        assertThat(settings.blocks("mysql").get("/run/mysqld/mysqld.sock").value("password"))
                .isEqualTo("dov\"ec #ot");
        assertThat(settings.blocks("passdb")).containsOnlyKeys("sql");
    }
}
