#!/usr/bin/env bash
# MariaDB: a parameter in the VALUES list of a common table expression becomes an empty string, without a warning.
#
# Versions: mariadb-server-core 1:10.11.19-0+deb12u1, Debian 12. (11.8.9 of Debian sid does the same.)
#
# Guess: `WITH d (e) AS (VALUES (?), (?))` is the short form of `SELECT ? AS e UNION ALL SELECT ?`, as it is with literals.
# Seen: the column's type is decided before there is a value, as a string of length 0. EXECUTE IMMEDIATE and PREPARE …
# EXECUTE insert empty strings, in strict mode too, with no error and no warning; numbers likewise. UNION ALL keeps the
# values. So does VALUES with literals.
#
# Output:
#   literals: ab, abcdefgh
#   VALUES: , 
#   UNION ALL: ab, abcdefgh
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
chroot "$root" mariadbd --no-defaults --user=root --datadir=/tmp/data --socket=/tmp/socket --skip-networking \
  --pid-file=/tmp/pid >"$work/server" 2>&1 &
sql() {
  chroot "$root" mariadb --no-defaults --socket=/tmp/socket --batch --skip-column-names "$@"
}
until sql -e 'DO 1' 2>"$work/log"; do sleep 0.2; done

run() {
  sql -e "
    CREATE OR REPLACE DATABASE finding;
    USE finding;
    SET sql_mode = 'STRICT_ALL_TABLES';
    CREATE TABLE word (e varchar(20));
    EXECUTE IMMEDIATE 'INSERT INTO word WITH d (e) AS ($2) SELECT e FROM d' ${3:-};
    SHOW WARNINGS;
    SELECT CONCAT('$1: ', GROUP_CONCAT(e ORDER BY e SEPARATOR ', ')) FROM word"
}
{
  run literals 'VALUES (\"ab\"), (\"abcdefgh\")'
  run VALUES 'VALUES (?), (?)' "USING 'ab', 'abcdefgh'"
  run 'UNION ALL' 'SELECT ? UNION ALL SELECT ?' "USING 'ab', 'abcdefgh'"
} | tee "$work/seen"
diff - "$work/seen" <<'EXPECTED'
literals: ab, abcdefgh
VALUES: , 
UNION ALL: ab, abcdefgh
EXPECTED
