# ./dev mutation: runs PIT on the checks of the processor. Needs no server.
. "$root/build/dev/lib/maven.sh"

run_mutation() {
  need_tools
  say "Mutation test of the checks on Java $java_major"
  maven -pl jobs-processor -am -Pmutation test -Dspotless.check.skip=true "$@"
}

run_mutation "$@"
