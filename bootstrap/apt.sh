# shellcheck shell=bash
# Debian packages that are needed before any Python of ours can run, and those that only tests need.

# install_packages TEXT PACKAGE…: says the text (of the packages and the log) and installs what is missing of them; no
# service is started.
install_packages() {
  local text=$1 missing
  shift
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  need_root
  say "$text" "$(tr '\n' ' ' <<<"$missing" | sed 's/ $//')" "$LOG"
  forbid_services
  if was_interrupted; then run_logged dpkg --force-confold --configure -a || true; fi
  # A mirror that fails only matters if it had something that is needed: the next step tells.
  run_logged apt_get update || true
  local update=$OUTPUT
  # shellcheck disable=SC2086 # one word for each package
  run_logged apt_get install --no-install-recommends $missing || explain_apt "$update"
  allow_services
}

missing_packages() {
  comm -23 <(printf '%s\n' "$@" | sort -u) \
    <(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^[ih]i  *//p' | sort -u)
}

# A run of dpkg that was killed leaves packages unpacked; apt-get then does nothing until they are set up.
was_interrupted() {
  compgen -G '/var/lib/dpkg/updates/[0-9]*' >/dev/null || [ -n "$(dpkg --audit 2>/dev/null)" ]
}

apt_get() {
  DEBIAN_FRONTEND=noninteractive APT_LISTCHANGES_FRONTEND=none NEEDRESTART_SUSPEND=1 LC_ALL=C.UTF-8 \
    apt-get -y -q -o DPkg::Lock::Timeout=20 -o Dpkg::Options::=--force-confold "$@" </dev/null
}

# invoke-rc.d(8) asks this script; 101 forbids every action. One that is there already is the owner's and stays.
POLICY=/usr/sbin/policy-rc.d
POLICY_MARK='# made by carteiro while it installs:'

forbid_services() {
  trap allow_services EXIT
  [ ! -e "$POLICY" ] || return 0
  printf '#!/bin/sh\n%s\nexit 101\n' "$POLICY_MARK" >"$POLICY"
  chmod 755 "$POLICY"
}

allow_services() {
  trap - EXIT
  if grep -qxF -- "$POLICY_MARK" "$POLICY" 2>/dev/null; then rm -f "$POLICY"; fi
}

# explain_apt [EARLIER OUTPUT]: ends with the one line that says what apt-get or dpkg stumbled over.
explain_apt() {
  OUTPUT+=$'\n'${1:-}
  if said 'Could not get lock|Unable to lock|was locked by another process'; then
    die "another package manager is at work (%s); wait until it has ended, then run this again (log: %s)" \
      "$(first_match 'held by process [0-9]+[^.]*|by another process with pid [0-9]+')" "$LOG"
  elif said 'Temporary failure resolving|Could not resolve|Something wicked happened'; then
    die "the package mirror %s does not resolve; check the network and /etc/resolv.conf, then run this again (log: %s)" \
      "$(first_match "(resolving|resolve) '[^']+'" | cut -d"'" -f2)" "$LOG"
  elif said 'Could not connect to|Unable to connect to|Cannot initiate the connection|Connection failed'; then
    die "the package mirror can't be reached; check the network and the proxy, then run this again (log: %s)" "$LOG"
  elif said 'is not valid yet|Release file for .* is expired'; then
    die "the package lists are signed for another time than this machine's clock tells; set the clock, then run this again (log: %s)" "$LOG"
  elif said "enough free space|No space left on device"; then
    die "the disk is full; make room on it, then run this again (log: %s)" "$LOG"
  elif said 'Unable to locate package|has no installation candidate'; then
    die "%s; see that /etc/apt names Debian's own repository, then run this again (log: %s)" \
      "$(first_match "Unable to locate package \S+|Package '?[^ ']+'? has no installation candidate")" "$LOG"
  elif said 'Errors were encountered while processing'; then
    die "the Debian package %s can't be set up; see %s, run 'dpkg --configure -a' when the reason is removed, then this again" \
      "$(grep -A1 'Errors were encountered' <<<"$OUTPUT" | sed -n '2s/ //gp')" "$LOG"
  fi
  die "Debian packages can't be installed: %s; see %s" "$(grep -E '^E: |^dpkg: error' <<<"$OUTPUT" | tail -n 1)" "$LOG"
}

first_match() { grep -oEm1 -- "$1" <<<"$OUTPUT" | head -n 1; }
