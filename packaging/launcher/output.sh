# shellcheck shell=bash
# What the launcher tells people. Everything goes to standard error, so that the program's own output stays clean.

# Exit codes of docs/operations.md.
# shellcheck disable=SC2034 # used by the other parts
EXIT_FAILED=1 EXIT_USAGE=2

if [ -t 2 ] && [ "${TERM:-dumb}" != dumb ]; then
  STDERR_TERMINAL=1
else
  STDERR_TERMINAL=
fi
if [ -n "$STDERR_TERMINAL" ] && [ -z "${NO_COLOR:-}" ]; then
  GOOD=$'\e[32m' BAD=$'\e[31m' QUIET=$'\e[2m' PLAIN=$'\e[0m'
else
  GOOD='' BAD='' QUIET='' PLAIN=''
fi

say() { printf '%s\n' "$*" >&2; }

# fail CODE LINE...: what was asked, what is wrong, what to do; then ends the launcher.
fail() {
  local code=$1
  shift
  printf '%sholdfast: %s%s\n' "$BAD" "$1" "$PLAIN" >&2
  shift
  [ $# -eq 0 ] || printf '  %s\n' "$@" >&2
  exit "$code"
}

# elapsed SECONDS: 7 s, 3 m 07 s
elapsed() {
  if [ "$1" -lt 60 ]; then printf '%d s' "$1"; else printf '%d m %02d s' $(($1 / 60)) $(($1 % 60)); fi
}

# watched TITLE LOG DETAIL COMMAND...: runs the command with its output in LOG. DETAIL is a function that prints what
# the log says is being done now. On a terminal one line turns until it ends; elsewhere a line at begin and end.
# When the command fails, the tail of the log is shown. Returns the command's exit code.
watched() {
  local title=$1 log=$2 detail=$3 began=$SECONDS turn=0 marks="|/-\\" code=0 child
  shift 3
  mkdir -p "$(dirname "$log")"
  [ -n "$STDERR_TERMINAL" ] || say "   $title …"
  # A process group of its own, so that Ctrl-C ends all of it and not only the shell around it.
  set -m
  "$@" >"$log" 2>&1 </dev/null &
  child=$!
  set +m
  trap 'kill -- "-$child" 2>/dev/null; wait "$child" 2>/dev/null; say; exit 130' INT TERM
  while [ -n "$STDERR_TERMINAL" ] && kill -0 "$child" 2>/dev/null; do
    turn=$(((turn + 1) % 4))
    printf '\r\e[K %s %s %s%s · %s%s' "${marks:turn:1}" "$title" "$QUIET" "$(elapsed $((SECONDS - began)))" \
      "$("$detail" "$log" | cut -c1-70)" "$PLAIN" >&2
    sleep 0.2
  done
  wait "$child" || code=$?
  trap - INT TERM
  [ -z "$STDERR_TERMINAL" ] || printf '\r\e[K' >&2
  if [ "$code" -eq 0 ]; then
    say " ${GOOD}✓${PLAIN} $title  ${QUIET}$(elapsed $((SECONDS - began)))${PLAIN}"
  else
    say " ${BAD}✗ $title${PLAIN}  failed after $(elapsed $((SECONDS - began))) with exit code $code; the end of $log:"
    tail -n 40 "$log" | sed 's/^/   | /' >&2
  fi
  return "$code"
}

# For watched: the last line of the log.
last_line() { tail -n 1 "$1" 2>/dev/null | tr -d '\r'; }
