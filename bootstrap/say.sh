# shellcheck shell=bash
# What the commands in the checkout tell a person: one line to standard error; the rest goes to a log file.

LOG=$HERE/.cache/bootstrap.log

say() { printf 'carteiro: %s\n' "$*" >&2; }

die() {
  say "$@"
  exit 1
}

# run_logged COMMAND…: its output goes to the log, and also into $OUTPUT for whoever has to explain a failure.
run_logged() {
  local status=0
  OUTPUT=$("$@" 2>&1) || status=$?
  printf '$ %s\n%s\n' "$*" "$OUTPUT" >>"$LOG" || die "$LOG can't be written: is the disk full?"
  return "$status"
}

# said REGEX: whether the output of the last command has a line like this.
said() { grep -qE -- "$1" <<<"$OUTPUT"; }
