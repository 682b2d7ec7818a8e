#!/usr/bin/env bash
# Postfix: a catch-all beats the entry of an address whose local part needs quotes.
#
# Versions: postfix 3.7.11-0+deb12u1, Debian 12.
#
# Guess: virtual(5) looks up the whole address before "@domain", so an entry for `john doe@example.org` is found before
# the catch-all, as one for `john.doe@example.org` is.
# Seen: since 3.x Postfix asks for the quoted form of the address ("john doe"@example.org) first, and goes through all steps
# of the search with it, down to `@example.org`, before it asks for the unquoted form. The unquoted entry, which is what
# a table of plain addresses has, is reached only where there is no catch-all.
#
# Output:
#   john.doe@example.org: dotted@elsewhere.example
#   "john doe"@example.org: catchall@elsewhere.example
#   "john doe"@example.net, without a catch-all: blank@elsewhere.example
set -euo pipefail

work=$(mktemp -d)
root=$work/root
stop() {
  [ ! -e "$root/var/spool/postfix/pid/master.pid" ] || chroot "$root" postfix stop >"$work/log" 2>&1
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
echo 'postfix postfix/main_mailer_type select No configuration' | chroot "$root" debconf-set-selections
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
quietly chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
  postfix=3.7.11-0+deb12u1

cat >"$root/etc/postfix/main.cf" <<'CONF'
compatibility_level = 3.6
myhostname = mail.example.com
mydestination =
inet_interfaces = loopback-only
virtual_alias_domains = example.org, example.net
virtual_alias_maps = inline:{
    {@example.org = catchall@elsewhere.example},
    {john.doe@example.org = dotted@elsewhere.example},
    {john doe@example.org = blank@elsewhere.example},
    {john doe@example.net = blank@elsewhere.example}}
defer_transports = smtp
CONF
# Nothing listens on a port.
sed '/^smtp  *inet/d' "$root/usr/share/postfix/master.cf.dist" >"$root/etc/postfix/master.cf"
quietly chroot "$root" postfix start

send() {
  echo test | chroot "$root" /usr/sbin/sendmail -f sender@example.com "$1"
  until chroot "$root" postqueue -j 2>"$work/log" | grep -q elsewhere; do sleep 0.2; done
  chroot "$root" postqueue -j | sed -n 's/.*"recipients": \[{"address": "\([^"]*\)".*/\1/p'
  quietly chroot "$root" postsuper -d ALL
}
{
  echo "john.doe@example.org: $(send 'john.doe@example.org')"
  echo "\"john doe\"@example.org: $(send '"john doe"@example.org')"
  echo "\"john doe\"@example.net, without a catch-all: $(send '"john doe"@example.net')"
} | tee "$work/seen"
diff - "$work/seen" <<'EXPECTED'
john.doe@example.org: dotted@elsewhere.example
"john doe"@example.org: catchall@elsewhere.example
"john doe"@example.net, without a catch-all: blank@elsewhere.example
EXPECTED
