#!/usr/bin/env bash
# Installs real mail servers for the tests: Postfix and Postgrey as packages (not started), Exim and OpenSMTPD unpacked beside them,
# since Debian's packages of mail servers exclude each other. Needs root and apt. Does nothing where they are there already.
set -euo pipefail
root=${WHYBOUNCE_MTA:-/opt/whybounce-mta}
[ -x /usr/sbin/postfix ] && [ -x /usr/sbin/postgrey ] && [ -x "$root/exim/usr/sbin/exim4" ] && [ -x "$root/opensmtpd/usr/sbin/smtpd" ] && exit 0
export DEBIAN_FRONTEND=noninteractive
# No mail server may start by itself on the machine of whoever runs tests.
if [ ! -e /usr/sbin/policy-rc.d ]; then
  printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
  chmod +x /usr/sbin/policy-rc.d
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
fi
echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections
apt-get update -qq >/dev/null
apt-get install -y -qq --no-install-recommends postfix postgrey openssl libidn12 libevent-2.1-7 libgnutls-dane0 liblockfile1 libwrap0 libnsl2 >/dev/null
mkdir -p "$root/packages"
cd "$root/packages"
chmod 777 .
apt-get download -qq exim4-daemon-light opensmtpd >/dev/null
for each in exim4-daemon-light:exim opensmtpd:opensmtpd; do
  mkdir -p "$root/${each#*:}"
  dpkg-deb -x "$root/packages/${each%%:*}"_*.deb "$root/${each#*:}"
done
id Debian-exim >/dev/null 2>&1 || useradd -r -M -s /usr/sbin/nologin Debian-exim
for user in opensmtpd opensmtpq; do
  id "$user" >/dev/null 2>&1 || useradd -r -M -d /var/lib/opensmtpd/empty -s /usr/sbin/nologin "$user"
done
# OpenSMTPD looks for its parts where its package would have put them.
mkdir -p /var/lib/opensmtpd/empty
[ -d /usr/libexec/opensmtpd ] || cp -r "$root/opensmtpd/usr/libexec/opensmtpd" /usr/libexec/
[ -e /usr/sbin/smtpctl ] || cp "$root/opensmtpd/usr/sbin/smtpctl" /usr/sbin/
