# ./dev test-25: runs tests on a JDK 25. Needs that, and the programs of lib/programs.sh.
. "$root/build/dev/lib/maven.sh"
. "$root/build/dev/lib/programs.sh"
. "$root/build/dev/lib/rounds.sh"
. "$root/build/dev/lib/jdk-25.sh"

run_tests_on_25() {
  need_tools
  need_servers
  python_tools
  shared_servers
  # If ./dev test has not run, there are no compiled tests yet
  if [ -z "$(find "$root"/*/target/test-classes -name '*Test.class' -print -quit 2> /dev/null)" ]; then
    say "Building the tests ..."
    maven --quiet -T 2 -DskipTests verify || fail "the tests do not build; see Maven's output above."
  fi
  run_jdk_25 "$@"
  print_summary
}

run_tests_on_25 "$@"
