# ./dev soak: runs random faults for hours. Needs the programs of lib/programs.sh and Node.js.
. "$root/build/dev/lib/maven.sh"
. "$root/build/dev/lib/programs.sh"
. "$root/build/dev/lib/npm.sh"
. "$root/build/dev/lib/rounds.sh"

run_soak() {
  local hours=2 argument arguments=() figures=$root/tests/fault-suite/target/figures
  for argument in "$@"; do
    case $argument in
      --hours=*) hours=${argument#*=} ;;
      --rate=*) arguments+=("-Dfaults.rate=${argument#*=}") ;;
      --seed=*) arguments+=("-Dfaults.seed=${argument#*=}") ;;
      --*) fail "./dev soak has no option $argument. It has --hours=N, --rate=N and --seed=N." ;;
      *) arguments+=("$argument") ;;
    esac
  done
  [[ $hours =~ ^[0-9]+(\.[0-9]+)?$ ]] || fail "--hours=$hours is not a number of hours. Write, for example, --hours=2."
  need_tools
  need_servers
  need_node "one of the workers is in TypeScript"
  rm -f "$figures/soak.md" "$figures/soak.txt"
  say "The tables of each round are added to $figures/soak.md ..."
  round soak "Long run on Java $java_major" test -pl tests/fault-suite -am -Dfaults=full "-Dfaults.hours=$hours" \
    -Dtest=dev.tenon.jobs.faults.SoakTest -Dmaven.test.skip=true -Dspotless.check.skip=true \
    ${arguments[@]+"${arguments[@]}"}
  print_summary
  cat "$figures/soak.md"
}

run_soak "$@"
