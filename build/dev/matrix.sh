# ./dev matrix: runs tests/stacks. Needs the programs of lib/programs.sh; a JDK 25 is used if there is one.
. "$root/build/dev/lib/maven.sh"
. "$root/build/dev/lib/programs.sh"
. "$root/build/dev/lib/rounds.sh"
. "$root/build/dev/lib/jdk-25.sh"

run_matrix() {
  local jdk stacks=(-Pstacks -pl tests/stacks/plain,tests/stacks/micronaut)
  stacks[2]+=,tests/stacks/quarkus-3.33,tests/stacks/quarkus-3.37
  stacks[2]+=,tests/stacks/boot-3.5,tests/stacks/boot-4.0,tests/stacks/boot-4.1
  need_tools
  need_servers
  jdk=$(find_jdk_25)
  # The tests of the other modules have other names
  stacks+=(-am '-Dtest=shop.*Test' -Dsurefire.failIfNoSpecifiedTests=false -Dspotless.check.skip=true)
  round stacks "Stacks on Java $java_major" "${stacks[@]}" test "$@"
  if [ "$java_major" -lt 25 ] && [ -n "$jdk" ]; then
    # Runs the classes that were compiled for 17, like ./dev test-25. Quarkus' plugin looks for classes instead of jars by
    # itself only if the goal is "test".
    round stacks-25 "Stacks on Java 25" "${stacks[@]}" compile surefire:test -Dmaven.main.skip=true \
      "-Dtest.jvm=$jdk/bin/java" -Dquarkus.bootstrap.workspace-discovery=true "$@"
  fi
  print_summary
}

run_matrix "$@"
