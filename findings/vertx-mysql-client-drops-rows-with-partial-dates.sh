#!/usr/bin/env bash
# Vert.x MySQL client: a row with a partial date disappears from a result that is otherwise complete.
#
# Versions: io.vertx:vertx-mysql-client 5.0.10 from Maven Central; mariadb-server-core 1:10.11.19-0+deb12u1, Debian 12.
#
# Guess: MySQL's partial dates (2026-00-10, valid where sql_mode has no NO_ZERO_IN_DATE) come as null, or the query fails.
# Seen: with a plain query the row is left out. The future succeeds, size() counts the other rows, and the exception
# reaches only the client's own log. A listing loses mailboxes for a column that its caller may not even look at. The JDBC
# drivers and the command-line client return the row.
#
# Output:
#   the server: 3 rows
#   the client: 2 rows, succeeded: true
set -euo pipefail

work=$(mktemp -d)
root=$work/root
stop() {
  [ ! -e "$root/tmp/pid" ] || kill "$(cat "$root/tmp/pid")"
  while [ -e "$root/tmp/pid" ]; do sleep 0.1; done
  rm -rf "$work"
}
trap stop EXIT
quietly() {
  "$@" >"$work/log" 2>&1 || {
    tail -n 5 "$work/log" >&2
    return 1
  }
}

quietly debootstrap --variant=minbase bookworm "$root"
rm -f "$root/etc/apt/sources.list"
cp -r /etc/apt/sources.list* "$root/etc/apt/"
quietly chroot "$root" apt-get update -qq
quietly chroot "$root" apt-get install -y -qq --no-install-recommends \
  mariadb-server-core=1:10.11.19-0+deb12u1 mariadb-client-core

quietly chroot "$root" mariadb-install-db --force --user=root --datadir=/tmp/data --skip-test-db
chroot "$root" mariadbd --no-defaults --user=root --datadir=/tmp/data --socket=/tmp/socket --bind-address=127.0.0.1 --port=13998 \
  --pid-file=/tmp/pid >"$work/server" 2>&1 &
sql() {
  chroot "$root" mariadb --no-defaults --socket=/tmp/socket --batch --skip-column-names "$@"
}
until sql -e 'DO 1' 2>"$work/log"; do sleep 0.2; done

sql -e "
  SET sql_mode = '';
  CREATE DATABASE finding;
  USE finding;
  CREATE TABLE login (id int, at datetime);
  INSERT INTO login VALUES (1, '2026-01-10'), (2, '2026-00-10'), (3, '2026-02-10');
  CREATE USER finding@'127.0.0.1' IDENTIFIED BY 'finding';
  GRANT SELECT ON finding.* TO finding@'127.0.0.1'"

cd "$work"
cat >pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.vertx</groupId>
      <artifactId>vertx-mysql-client</artifactId>
      <version>5.0.10</version>
    </dependency>
  </dependencies>
</project>
POM
mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib >mvn.log

cat >Rows.java <<'JAVA'
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.mysqlclient.MySQLConnectOptions;
import io.vertx.mysqlclient.MySQLConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;

public class Rows {
    public static void main(String[] args) throws Exception {
        Vertx vertx = Vertx.vertx();
        MySQLConnectOptions options = new MySQLConnectOptions()
                .setHost("127.0.0.1")
                .setPort(13998)
                .setUser("finding")
                .setPassword("finding")
                .setDatabase("finding");
        MySQLConnection connection = MySQLConnection.connect(vertx, options).await();
        Future<RowSet<Row>> query = connection.query("SELECT id, at FROM login").execute();
        query.await();
        System.out.println("the client: " + query.result().size() + " rows, succeeded: " + query.succeeded());
        System.exit(0);
    }
}
JAVA
javac -cp 'lib/*' Rows.java

{
  echo "the server: $(sql -e 'SELECT COUNT(*) FROM finding.login') rows"
  java -cp 'lib/*:.' Rows 2>/dev/null
} | tee seen
diff - seen <<'EXPECTED'
the server: 3 rows
the client: 2 rows, succeeded: true
EXPECTED
