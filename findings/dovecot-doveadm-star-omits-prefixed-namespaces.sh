#!/usr/bin/env bash
# Dovecot: doveadm's mask '*' leaves out every namespace with a prefix; no mask at all, and IMAP's *, have them.
#
# Versions: dovecot-core and dovecot-imapd 1:2.3.19.1+dfsg1-2.1+deb12u7, Debian 12.
#
# Guess: `doveadm mailbox status -u user vsize '*'` covers all folders, as `LIST "" *` does (RFC 3501, 6.3.8), and
# `doveadm mailbox list '*'` is the same as `doveadm mailbox list`.
# Seen: '*' finds the folders of namespaces without a prefix only. `mailbox list` without a mask also has those of a
# namespace with the prefix Archive/, and so has IMAP. A sum of sizes with '*' misses what is archived; a second mask
# '*/*' finds it.
#
# Output:
#   doveadm mailbox list: Archive Archive/2026 INBOX Work
#   doveadm mailbox list '*': INBOX Work
#   doveadm mailbox list '*' '*/*': Archive Archive/2026 INBOX Work
#   IMAP LIST "" *: Archive Archive/2026 INBOX Work
set -euo pipefail

work=$(mktemp -d)
root=$work/root
trap 'rm -rf "$work"' EXIT
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
quietly chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
  dovecot-core=1:2.3.19.1+dfsg1-2.1+deb12u7 dovecot-imapd=1:2.3.19.1+dfsg1-2.1+deb12u7

mkdir "$root/tmp/dovecot"
chmod 777 "$root/tmp/dovecot"
cat >"$root/tmp/dovecot/dovecot.conf" <<'CONF'
base_dir = /tmp/dovecot/run
log_path = /tmp/dovecot/log
mail_uid = mail
mail_gid = mail
first_valid_uid = 1
mail_location = maildir:/tmp/dovecot/mail
namespace inbox {
  inbox = yes
  separator = /
  prefix =
}
namespace archive {
  separator = /
  prefix = Archive/
  location = maildir:/tmp/dovecot/archive
}
CONF
doveadm() {
  chroot "$root" env USER=alice HOME=/tmp/dovecot doveadm -c /tmp/dovecot/dovecot.conf "$@"
}
folders() {
  sort | paste -sd ' '
}
doveadm mailbox create Work Archive/2026
{
  echo "doveadm mailbox list: $(doveadm mailbox list | folders)"
  echo "doveadm mailbox list '*': $(doveadm mailbox list '*' | folders)"
  echo "doveadm mailbox list '*' '*/*': $(doveadm mailbox list '*' '*/*' | folders)"
  echo "IMAP LIST \"\" *: $(printf 'a LIST "" *\r\nb LOGOUT\r\n' |
    chroot "$root" env USER=alice HOME=/tmp/dovecot /usr/lib/dovecot/imap -c /tmp/dovecot/dovecot.conf 2>"$work/log" |
    tr -d '\r' | sed -n 's/^\* LIST .* //p' | folders)"
} | tee "$work/seen"
diff - "$work/seen" <<'EXPECTED'
doveadm mailbox list: Archive Archive/2026 INBOX Work
doveadm mailbox list '*': INBOX Work
doveadm mailbox list '*' '*/*': Archive Archive/2026 INBOX Work
IMAP LIST "" *: Archive Archive/2026 INBOX Work
EXPECTED
