# ./dev test: builds, and tests on real servers. Needs the programs of lib/programs.sh, and with --ci or --all Gradle, a
# JDK 25 and npm.
. "$root/build/dev/lib/maven.sh"
. "$root/build/dev/lib/programs.sh"
. "$root/build/dev/lib/rounds.sh"
. "$root/build/dev/lib/jdk-25.sh"
. "$root/build/dev/lib/npm.sh"

# For what has just been compiled. Maven would compile it again, because the jar that all depend on is new.
as_compiled=-Dmaven.compiler.useIncrementalCompilation=false

# One line of Spring Boot and of Quarkus is enough for the fast layer. The poms of such applications do not have our
# profiles, so whole modules are left out.
not_in_fast_layer='!tests/spring-boot-tests/boot-3,!tests/quarkus-tests/quarkus-3.33,!examples/plm/worker-spring'

# The analysis of dependencies
without_slow_guards=-Dmdep.analyze.skip=true

# Modules and classes run side by side, since most of them wait for servers.
run_tests() {
  local layers=fast arguments
  case "${1:-}" in
    --all | --ci)
      layers=${1#--}
      shift
      ;;
  esac
  need_tools
  need_servers
  if [ "$layers" != fast ]; then
    need_gradle
    need_node "the client for TypeScript and a page of an example run on it"
  fi
  python_tools
  if [ "$layers" != fast ]; then
    need_cluster_programs
  fi
  shared_servers
  # The committed lock files of the examples must match their sources.
  arguments=(-T 2 verify -Dtenon.lock.mode=frozen "$@")
  case " $*" in
    *" -pl"* | *" --projects"*)
      if [ "$layers" = fast ]; then
        arguments+=(-Pfast "$without_slow_guards")
      fi
      round part "Build and tests on Java $java_major" "${arguments[@]}"
      print_summary
      return
      ;;
  esac
  rm -rf "$root/target/test-times"
  case $layers in
    fast) round fast "Build and fast tests on Java $java_major" "${arguments[@]}" -Pfast \
      "$without_slow_guards" -pl "$not_in_fast_layer" ;;
    ci)
      # In the fault suite and the schedules of threads, the profile ci puts the thorough layer back
      round ci "Build, fast tests and faults on Java $java_major" "${arguments[@]}" -Pfast,ci,benchmarks \
        -pl "$not_in_fast_layer"
      run_the_rest "$@"
      ;;
    all)
      # One round for both layers: a second one would build everything again
      round all "Build and all tests on Java $java_major" "${arguments[@]}" -Pbenchmarks
      # Other commands break a whole cluster, and run for hours
      test_run check "$root" dev.tenon.jobs.faults.ClusterTest dev.tenon.jobs.faults.WholeClusterTest \
        dev.tenon.jobs.faults.SoakTest ||
        fail "each test class must belong to a layer; see CONTRIBUTING.md."
      run_the_rest "$@"
      ;;
  esac
  print_summary
}

# What needs more than Maven and Java 17
run_the_rest() {
  run_jdk_25 "$@" "-Dtest=$decided_by_the_jdk" -Dsurefire.failIfNoSpecifiedTests=false
  without_npm "Specification" prove --quick
  MAVEN_ARGS="${MAVEN_ARGS:-} $as_compiled" without_npm "Documentation site" site
}

# without_npm WHAT COMMAND...: a registry of packages that cannot be reached says nothing about what is checked. The
# summary says so, and the run continues.
without_npm() {
  local start=$SECONDS status=0 what=$1
  shift
  "$root/dev" "$@" || status=$?
  case $status in
    0) summarize "$what" ok $((SECONDS - start)) '' ;;
    75) summarize "$what" "NO NPM" $((SECONDS - start)) '' ;;
    *) exit "$status" ;;
  esac
}

run_tests "$@"
