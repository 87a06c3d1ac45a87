# ./dev prove: checks the specification of the protocol, and the schedules of threads, and that broken variants of both
# fail. Needs Node.js with npm, and for the schedules Java, Maven and a JDK 25.
. "$root/build/dev/lib/maven.sh"
. "$root/build/dev/lib/programs.sh"
. "$root/build/dev/lib/npm.sh"
. "$root/build/dev/lib/jdk-25.sh"

prove_models() {
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

prove_schedules() {
  local jdk output=$root/tests/schedules/target/surefire-reports
  need_tools
  jdk=$(find_jdk_25)
  [ -n "$jdk" ] || fail "no JDK 25 found, which schedules of threads run on. Install one, or set JDK_25 to its folder."
  say "Running 100,000 schedules of each part where threads meet ..."
  # The same tests as in ./dev test --all, with more schedules
  JDK_25=$jdk maven -pl tests/schedules -am test -Dtest=dev.tenon.schedules.SchedulesTest \
    -Dmaven.test.skip=true -Dspotless.check.skip=true -Dschedules.count=100000 > "$root/target/schedules.log" 2>&1 || {
    tail -n 60 "$root/target/schedules.log" >&2
    fail "a schedule fails, or no schedule finds a broken variant; see $root/target/schedules.log."
  }
  cat "$output"/dev.tenon.schedules.SchedulesTest-output.txt
}

# Writes the tables of the pages from the models, the parts, and their variants
write_tables() {
  need_tools
  maven --quiet -pl tests/specification test -Dtest=SpecificationPageTest -Dspotless.check.skip=true \
    -Dtenon.golden=rewrite > "$root/target/tables.log" 2>&1 || {
    cat "$root/target/tables.log" >&2
    fail "the tables of docs/specification.md and docs/guarantees.md cannot be written."
  }
}

run_prove() {
  local argument names='' schedules='' quick='' write='' arguments=()
  for argument in "$@"; do
    case $argument in
      schedules) schedules=yes ;;
      *) arguments+=("$argument") ;;
    esac
    case $argument in
      --quick) quick=yes ;;
      --write) write=yes ;;
      --*) ;;
      *) names=yes ;;
    esac
  done
  mkdir -p "$root/target"
  # With the name "schedules" alone, no models
  if [ -z "$schedules" ] || [[ " ${arguments[*]:-} " == *" "[a-z]* ]]; then
    prove_models ${arguments[@]+"${arguments[@]}"}
  fi
  if [ -n "$schedules" ] || { [ -z "$names" ] && [ -z "$quick" ]; }; then
    prove_schedules
  fi
  if [ -n "$write" ]; then
    write_tables
  fi
}

run_prove "$@"
