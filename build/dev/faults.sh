# ./dev faults: runs the fault suite at full durations. Needs the programs of lib/programs.sh and Node.js.
. "$root/build/dev/lib/maven.sh"
. "$root/build/dev/lib/programs.sh"
. "$root/build/dev/lib/npm.sh"
. "$root/build/dev/lib/rounds.sh"

run_faults() {
  need_tools
  need_servers
  need_node "one of the workers is in TypeScript"
  need_cluster_programs
  round faults "Fault suite on Java $java_major" test -pl tests/fault-suite -am -Dfaults=full \
    "-Dtest=dev.tenon.jobs.faults.*Test" -Dsurefire.failIfNoSpecifiedTests=false "$@"
  print_summary
  if [ -d "$root/tests/fault-suite/target/figures" ]; then
    cat "$root"/tests/fault-suite/target/figures/*.txt
  fi
}

run_faults "$@"
