# ./dev speed: measures what the processors add to a compilation. Needs no server, and a quiet machine.
. "$root/build/dev/lib/maven.sh"

run_speed() {
  local module=$root/jobs-processor
  need_tools
  say "Building the processor ..." >&2
  build_to_run jobs-processor "the processor" speed.classpath -DincludeScope=test test-compile
  [ $# -gt 0 ] || set -- 10 100 1000 3000
  "$java" -Xmx768m -cp "$module/target/test-classes:$module/target/classes:$(cat "$module/target/speed.classpath")" \
    dev.tenon.jobs.processor.CompileSpeed "$@"
}

run_speed "$@"
