# ./dev demo: runs the quickstart on an embedded PostgreSQL. Needs no server.
. "$root/build/dev/lib/maven.sh"

demo() {
  local module=examples/quickstart main=dev.tenon.examples.quickstart.demo.Demo
  local classes=$root/$module/target/classes list=$root/$module/target/demo.classpath
  need_java
  build_to_run "$module" "the quickstart" demo.classpath -DskipTests -DincludeScope=runtime compile
  local options=()
  if [ "$java_major" -ge 24 ]; then
    options+=(--enable-native-access=ALL-UNNAMED)
  fi
  exec "$java" ${options[@]+"${options[@]}"} -cp "$classes:$(cat "$list")" "$main" "$@"
}

demo "$@"
