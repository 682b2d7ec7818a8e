package dev.postern.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.config.AgentConfig;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Which of the kernel's list of Unix sockets are a database server's. */
class DatabaseSocketsTest {

    @Test
    void listeningStreamSocketsWithAServersNameAreFoundWhereverTheyAre() {
        assertThat(DatabaseSockets.parse("""
                        Num       RefCount Protocol Flags    Type St Inode Path
                        000000000a7c61c6: 00000003 00000000 00000000 0001 03  1062
                        000000000a7c61c7: 00000002 00000000 00010000 0001 01  1063 /run/mariadbd/mysqld.sock
                        000000000a7c61c8: 00000003 00000000 00000000 0001 03  1064 /run/mariadbd/mysqld.sock
                        000000000a7c61c9: 00000002 00000000 00010000 0001 01  1065 /var/lib/mysql/mysql.sock
                        000000000a7c61c9: 00000002 00000000 00010000 0001 01  1066 /run/mysqld/mysqlx.sock
                        000000000a7c61ca: 00000002 00000000 00010000 0001 01  1067 @/run/mysqld.sock
                        000000000a7c61cb: 00000002 00000000 00010000 0005 01  1068 /run/udev/mysqld.sock
                        000000000a7c61cc: 00000002 00000000 00010000 0001 01  1069 mysqld.sock
                        000000000a7c61cd: 00000002 00000000 00010000 0001 01  1070 /tmp/a'b #/mysqld.sock
                        000000000a7c61ce: 00000002 00000000 00010000 0001 01
                        """.lines()))
                .containsExactly(Path.of("/run/mariadbd/mysqld.sock"), Path.of("/var/lib/mysql/mysql.sock"));
    }

    @Test
    void noneStandsForAServerOnAnotherHost() {
        assertThat(DatabaseSockets.insteadOf(new AgentConfig.MysqlSection(
                        "192.0.2.7", 3306, null, "mail", "postern", null, AgentConfig.TlsMode.OFF, null)))
                .isEmpty();
    }
}
