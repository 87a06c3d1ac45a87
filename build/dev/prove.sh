# ./dev prove: checks the specification of the protocol, and that its broken variants fail. Needs Node.js with npm.
. "$root/build/dev/lib/programs.sh"
. "$root/build/dev/lib/npm.sh"

run_prove() {
  local work=$root/target/specification status
  mkdir -p "$root/target"
  need_node "the specification is checked by Quint"
  copy_to_install "$root/tests/specification" "$work"
  install_npm_packages "$work" tests/specification/package-lock.json
  (cd "$work" && node --test test/ > "$work/test.log" 2>&1) || {
    cat "$work/test.log" >&2
    fail "the tests of the search fail."
  }
  # It reads the models, and writes the counterexamples, where they are kept
  TENON_SPECIFICATION=$root/tests/specification node "$work/prove.mjs" "$@" || {
    status=$?
    [ "$status" -ne 2 ] || exit 2
    fail "the specification does not hold, or a broken variant of it does; see above."
  }
}

run_prove "$@"
