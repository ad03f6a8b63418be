# shellcheck shell=bash
# Makes the virtual environment of this checkout, $HERE/.venv, from pinned, hash-checked packages.
#
# `prepare run` or `prepare dev` is all that callers need. A stamp, written last, says what the environment was made
# of; as long as that is unchanged, nothing is done. An interrupted run has no stamp and goes on where it stopped.

# shellcheck source=bootstrap/say.sh
source "$HERE/bootstrap/say.sh"
# shellcheck source=bootstrap/apt.sh
source "$HERE/bootstrap/apt.sh"

VENV=$HERE/.venv
PYTHON=/usr/bin/python3 # Debian's own: one from pyenv or conda goes away or changes under a mail host

prepare() {
  local want
  want=$(ingredients)
  # What tests need holds all that running needs.
  if is_stamped "$1" "$want" || { [ "$1" = run ] && is_stamped dev "$want"; }; then
    make_catalogues
    return
  fi
  if [ ! -w "$HERE" ]; then need_root; fi
  need_debian
  mkdir -p "$HERE/.cache"
  exec 9>"$HERE/.cache/bootstrap.lock"
  flock -n 9 || { say "waiting for another run that prepares this checkout" && flock 9; }
  if ! is_stamped "$1" "$want"; then make_all "$1" && stamp "$1"; fi
  exec 9>&-
}

# What decides how the environment looks: the place, the interpreter, the pinned packages, our own metadata.
ingredients() {
  printf '%s\n' "$HERE" "$(readlink -f "$PYTHON" || true)"
  sha256sum <"$HERE/pyproject.toml"
  cat "$HERE"/requirements/{run,dev}.txt "$HERE/bootstrap/venv.sh" | sha256sum
}

is_stamped() { [ -f "$VENV/.ready-$1" ] && [ "$(<"$VENV/.ready-$1")" = "$2" ]; }

# Python may have been installed meanwhile, so the ingredients are looked at anew.
stamp() { ingredients >"$VENV/.ready-$1.new" && mv "$VENV/.ready-$1.new" "$VENV/.ready-$1"; }

make_all() {
  : >"$LOG"
  install_packages "installing Debian packages for Python (%s); log: %s" python3 python3-venv ca-certificates
  "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || die "%s is older than 3.11; use Debian 12 or 13" "$PYTHON"
  make_venv
  say "installing the Python packages of %s, once (log: %s)" "requirements/$1.txt" "$LOG"
  pip --require-hashes -r "$HERE/requirements/$1.txt"
  pip --no-deps --no-build-isolation --editable "$HERE"
  make_bytecode_and_catalogues
}

# A virtual environment can't be moved and dies with its interpreter: one of another place or Python is made anew.
make_venv() {
  local origin
  origin="$HERE $(readlink -f "$PYTHON")"
  if [ -f "$VENV/.made" ] && [ "$(<"$VENV/.made")" = "$origin" ]; then return; fi
  rm -rf "$VENV"
  run_logged "$PYTHON" -m venv "$VENV" ||
    die "the virtual environment %s can't be made: %s; see %s" "$VENV" "$(tail -n 1 <<<"$OUTPUT")" "$LOG"
  printf '%s\n' "$origin" >"$VENV/.made"
}

pip() {
  run_logged "$VENV/bin/python" -m pip --no-input --disable-pip-version-check install --quiet --root-user-action=ignore "$@" ||
    explain_pip
}

explain_pip() {
  if said 'CERTIFICATE_VERIFY_FAILED'; then
    die "the package index's certificate is not trusted; put your own authority's certificate below /usr/local/share/ca-certificates, run update-ca-certificates and set PIP_CERT=/etc/ssl/certs/ca-certificates.crt, then run this again"
  elif said 'DO NOT MATCH THE HASHES'; then
    die "a downloaded Python package is not the pinned one (its hash differs): see %s, and which index pip is set to ask" "$LOG"
  elif said 'NewConnectionError|Temporary failure in name resolution|ConnectTimeout|Read timed out|Connection refused|ProxyError|Network is unreachable'; then
    die "the Python package index can't be reached; check the network, then run this again (log: %s)" "$LOG"
  elif said 'No space left on device'; then
    die "the disk is full; make room on it, then run this again (log: %s)" "$LOG"
  elif said 'from versions: none'; then
    die "%s: the Python package index is out of reach or does not have it; check the network, then run this again (log: %s)" \
      "$(first_match 'No matching distribution found for .*')" "$LOG"
  elif said 'No matching distribution found'; then
    die "%s; see which index pip is set to ask (log: %s)" "$(first_match 'No matching distribution found for .*')" "$LOG"
  fi
  die "Python packages can't be installed: %s; see %s" "$(grep -E '^ *(ERROR|error):' <<<"$OUTPUT" | tail -n 1)" "$LOG"
}

# Here, since the environment may forbid Python to write bytecode by itself and every start would cost a second more.
make_bytecode_and_catalogues() {
  run_logged "$VENV/bin/python" -m compileall -q "$HERE/src" || die "the program does not compile; see %s" "$LOG"
  make_catalogues
}

# A translation may change with nothing else that the environment is made of.
make_catalogues() {
  compile_catalogues carteiro "$HERE/src/carteiro/locale"
  compile_catalogues django "$HERE/src/carteiro/web/locale"
}

compile_catalogues() {
  local po stale=''
  for po in "$2"/*/LC_MESSAGES/"$1.po"; do
    if [ "$po" -nt "${po%.po}.mo" ] && [ -w "${po%/*}" ]; then stale=$po; fi
  done
  [ -n "$stale" ] || return 0
  run_logged "$VENV/bin/pybabel" compile -D "$1" -d "$2" || die "the translations do not compile; see %s" "$LOG"
}

need_root() {
  [ "$(id -u)" = 0 ] || die "this needs root; run it again as root, for instance with sudo"
}

need_debian() {
  local ID='' VERSION_ID='' PRETTY_NAME='an unknown system'
  # shellcheck source=/dev/null
  [ ! -r /etc/os-release ] || source /etc/os-release
  case "$ID$VERSION_ID" in
    debian12 | debian13) ;;
    *) die "this is %s; Carteiro runs on Debian 12 and 13" "$PRETTY_NAME" ;;
  esac
}
