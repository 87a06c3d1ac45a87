# The functions that every command prints with.

bold='' plain=''
if [ -t 1 ] && [ -t 2 ] && [ -z "${NO_COLOR:-}" ]; then
  bold=$'\033[1m' plain=$'\033[0m'
fi

say() { printf '%s%s%s\n' "$bold" "$*" "$plain"; }

fail() { fail_with 1 "$@"; }

# fail_with STATUS MESSAGE...
fail_with() {
  local status=$1
  shift
  printf 'dev: %s\n' "$*" >&2
  exit "$status"
}
