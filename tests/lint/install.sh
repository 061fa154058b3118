#!/usr/bin/env bash
# Installs real spam filters for the tests: SpamAssassin's spamd and Rspamd, as packages that do not start by themselves.
# Needs root and apt. Does nothing where they are there already.
set -euo pipefail
[ -x /usr/sbin/spamd ] && [ -x /usr/bin/spamassassin ] && [ -x /usr/bin/rspamd ] && exit 0
export DEBIAN_FRONTEND=noninteractive
# No filter may start by itself on the machine of whoever runs tests.
if [ ! -e /usr/sbin/policy-rc.d ]; then
  printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
  chmod +x /usr/sbin/policy-rc.d
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
fi
apt-get update -qq >/dev/null
apt-get install -y -qq --no-install-recommends spamassassin spamd rspamd >/dev/null
