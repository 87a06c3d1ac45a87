# Finds a JDK 25, in addition to the Java that Maven runs on, and runs tests on it. Needs lib/rounds.sh.

# Prints the folder of a JDK 25, if there is one.
find_jdk_25() {
  local folder
  if [ -n "${JDK_25:-}" ]; then
    [ -x "$JDK_25/bin/java" ] || fail "JDK_25 does not name a JDK: $JDK_25"
    printf '%s\n' "$JDK_25"
    return
  fi
  for folder in "${JAVA_HOME_25_X64:-}" "${JAVA_HOME_25_ARM64:-}" /usr/lib/jvm/*25* \
    "${HOME:-/nowhere}"/.sdkman/candidates/java/25* \
    /Library/Java/JavaVirtualMachines/*25*/Contents/Home; do
    if [ -x "$folder/bin/java" ] && [ "$(feature_of "$folder/bin/java")" = 25 ]; then
      printf '%s\n' "$folder"
      return
    fi
  done
}

feature_of() { "$1" -XshowSettings:properties -version 2>&1 | property java.specification.version; }

# The processors run inside the JDK's compiler, which also compiles the code that they generate. For the runtime, the
# life cycle is tested once with RabbitMQ and once without.
decided_by_the_jdk=dev/tenon/jobs/processor/**/*Test,dev/tenon/examples/quickstart/**/*Test
decided_by_the_jdk+=,RabbitLifecycleTest,TableLifecycleTest

# run_jdk_25 MAVEN-ARGUMENT...: runs tests that are already built
run_jdk_25() {
  local jdk
  if [ "$java_major" -ge 25 ]; then
    say "Maven itself runs on Java $java_major, so ./dev test has already run these tests."
    return
  fi
  jdk=$(find_jdk_25)
  [ -n "$jdk" ] || fail "no JDK 25 found. Install one, or set JDK_25 to its folder."
  # Nothing is compiled again: the classes are those that were built for 17. The phase is named because only then does
  # Maven resolve the modules to each other's classes. The fault suite runs servers and processes for minutes, and tests
  # these more than the JVM, so once is enough. The same is true of the tests with the tag "servers", which are about
  # the behavior of PostgreSQL and RabbitMQ. The plugins of Quarkus and of Kotlin would build again; ./dev matrix has
  # Quarkus on a JDK 25.
  local modules=(-pl '!tests/fault-suite,!examples/kotlin,!tests/quarkus-tests/quarkus-3.33,!tests/quarkus-tests/quarkus-3.37')
  case " $*" in
    *" -pl"* | *" --projects"*) modules=() ;; # Maven refuses to exclude modules that do not exist
  esac
  round jdk-25 "Tests on Java 25" -T 2 ${modules[@]+"${modules[@]}"} compile surefire:test \
    -Dmaven.main.skip=true -Dspotless.check.skip=true "-Dtest.jvm=$jdk/bin/java" \
    -Dtests.excluded=servers "$@"
}
