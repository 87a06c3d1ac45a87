# A JDK 25 beside the Java that Maven runs on, and tests on it. Needs lib/rounds.sh.

# A JDK 25, if there is one.
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

# The processors run inside the compiler of the JDK, and what they write is compiled by it; the life
# cycle, once with RabbitMQ and once without, stands for the runtime.
decided_by_the_jdk=dev/tenon/jobs/processor/**/*Test,dev/tenon/examples/quickstart/**/*Test
decided_by_the_jdk+=,RabbitLifecycleTest,TableLifecycleTest

# run_jdk_25 MAVEN-ARGUMENT...: tests that are built already
run_jdk_25() {
  local jdk
  if [ "$java_major" -ge 25 ]; then
    say "Maven runs on Java $java_major itself, so ./dev test has run these tests already."
    return
  fi
  jdk=$(find_jdk_25)
  [ -n "$jdk" ] || fail "no JDK 25 found. Install one, or set JDK_25 to its folder."
  # Nothing is compiled again: the classes are those that were built for 17. The phase is named
  # because only then does Maven resolve the modules to each other's classes. The fault suite starts
  # servers and processes for minutes, and tests these more than the JVM: once is enough. So do the
  # tests with the tag "servers", whose subject is what PostgreSQL and RabbitMQ do.
  local modules=(-pl '!tests/fault-suite')
  case " $*" in
    *" -pl"* | *" --projects"*) modules=() ;; # Maven refuses to leave out what is not there
  esac
  round jdk-25 "Tests on Java 25" -T 2 ${modules[@]+"${modules[@]}"} compile surefire:test \
    -Dmaven.main.skip=true -Dspotless.check.skip=true "-Dtest.jvm=$jdk/bin/java" \
    -Dtests.excluded=servers "$@"
}
