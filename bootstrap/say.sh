# shellcheck shell=bash
# What the commands in the checkout tell a person: one line to standard error; the rest goes to a log file.

LOG=$HERE/.cache/bootstrap.log

# shellcheck source=bootstrap/portuguese.sh
source "$(dirname "${BASH_SOURCE[0]}")/portuguese.sh"

# say TEXT VALUE…: the text is printf(1)'s, %s for each value, in the language of the terminal (locale(7)).
say() {
  local text=$1
  shift
  case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in
    pt*) text=${PORTUGUESE[$text]:-$text} ;;
  esac
  # shellcheck disable=SC2059 # the texts are our own
  printf "carteiro: $text\n" "$@" >&2
}

die() {
  say "$@"
  exit 1
}

# run_logged COMMAND…: its output goes to the log, and also into $OUTPUT for whoever has to explain a failure.
run_logged() {
  local status=0
  OUTPUT=$("$@" 2>&1) || status=$?
  printf '$ %s\n%s\n' "$*" "$OUTPUT" >>"$LOG" || die "%s can't be written: is the disk full?" "$LOG"
  return "$status"
}

# said REGEX: whether the output of the last command has a line like this.
said() { grep -qE -- "$1" <<<"$OUTPUT"; }
