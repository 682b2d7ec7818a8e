#!/usr/bin/env bash
# MariaDB: in one ALTER TABLE, CONVERT TO CHARACTER SET undoes the character set of a MODIFY beside it.
#
# Versions: mariadb-server-core 1:10.11.19-0+deb12u1, Debian 12. (11.8.9 and MySQL 9.7.4 of Debian sid do the same.)
#
# Guess: the more specific clause wins, or the later one: a column that is modified to `CHARACTER SET ascii` is ascii
# while the rest of the table becomes utf8mb4.
# Seen: the length of the MODIFY is taken and its character set is dropped without a warning, in either order of the two
# clauses. A migration that means both needs two statements.
#
# Output:
#   convert, modify: varchar(45) utf8mb4
#   modify, convert: varchar(45) utf8mb4
#   two statements: varchar(45) ascii
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

alter() {
  sql -e "
    CREATE OR REPLACE DATABASE finding;
    USE finding;
    CREATE TABLE login (ip varchar(32), name varchar(10)) DEFAULT CHARSET=latin1;
    $2;
    SHOW WARNINGS;
    SELECT CONCAT('$1: ', column_type, ' ', character_set_name) FROM information_schema.columns
      WHERE table_schema = 'finding' AND column_name = 'ip'"
}
{
  alter 'convert, modify' \
    'ALTER TABLE login CONVERT TO CHARACTER SET utf8mb4, MODIFY ip varchar(45) CHARACTER SET ascii'
  alter 'modify, convert' \
    'ALTER TABLE login MODIFY ip varchar(45) CHARACTER SET ascii, CONVERT TO CHARACTER SET utf8mb4'
  alter 'two statements' \
    'ALTER TABLE login CONVERT TO CHARACTER SET utf8mb4; ALTER TABLE login MODIFY ip varchar(45) CHARACTER SET ascii'
} | tee "$work/seen"
diff - "$work/seen" <<'EXPECTED'
convert, modify: varchar(45) utf8mb4
modify, convert: varchar(45) utf8mb4
two statements: varchar(45) ascii
EXPECTED
