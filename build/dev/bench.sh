# ./dev bench: compares Tenon with other libraries. Needs PostgreSQL, RabbitMQ and a quiet machine.
. "$root/build/dev/lib/maven.sh"
. "$root/build/dev/lib/programs.sh"

missing_for_bench() { missing_packages | grep -E '^(postgresql|rabbitmq-server)$' || true; }

# The commit that is measured, if git knows it.
state() { git -C "$root" describe --always --dirty --exclude '*' 2> /dev/null || true; }

run_bench() {
  local module=$root/tests/benchmarks
  need_java
  need_packages missing_for_bench "the benchmarks need servers" "postgresql@17 rabbitmq"
  build_to_run tests/benchmarks "the benchmarks module" bench.classpath -Pbenchmarks -Dmaven.test.skip=true \
    -DincludeScope=runtime compile
  local main=dev.tenon.benchmarks.Bench
  case "${1:-}" in
    jmh)
      main=org.openjdk.jmh.Main
      shift
      ;;
    dashboard)
      main=dev.tenon.benchmarks.DashboardPages
      shift
      ;;
  esac
  "$java" "-Dbasedir=$module" "-Dbench.state=$(state)" -cp "$module/target/classes:$(cat "$module/target/bench.classpath")" \
    "$main" "$@"
}

run_bench "$@"
