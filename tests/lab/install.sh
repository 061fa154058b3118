#!/usr/bin/env bash
# Installs what the lab of faults is made of, beside tests/mta/install.sh: name servers (NSD, Unbound) and their signer, Dovecot for
# SASL and submission, network namespaces and their packet filter as packages (not started), sendmail unpacked. Needs root and apt. Does nothing
# where all is there already.
set -euo pipefail
root=${WHYBOUNCE_MTA:-/opt/whybounce-mta}
there=yes
for program in /usr/sbin/nsd /usr/sbin/unbound /usr/bin/ldns-signzone /usr/sbin/dovecot /usr/lib/dovecot/submission-login /usr/sbin/ip /usr/sbin/iptables /usr/bin/m4 "$root/sendmail/usr/libexec/sendmail/sendmail"; do
  [ -x "$program" ] || there=no
done
[ "$there" = yes ] && exit 0
export DEBIAN_FRONTEND=noninteractive
# No server may start by itself on the machine of whoever runs tests.
if [ ! -e /usr/sbin/policy-rc.d ]; then
  printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
  chmod +x /usr/sbin/policy-rc.d
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
fi
apt-get update -qq >/dev/null
apt-get install -y -qq --no-install-recommends nsd unbound ldnsutils dovecot-core dovecot-submissiond iproute2 iptables m4 libnsl2 libwrap0 libsasl2-2 >/dev/null
mkdir -p "$root/packages"
cd "$root/packages"
chmod 777 .
apt-get download -qq sendmail-bin sendmail-cf >/dev/null
for each in sendmail-bin sendmail-cf; do
  dpkg-deb -x "$root/packages/${each}"_*.deb "$root/sendmail"
done
