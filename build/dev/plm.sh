# ./dev plm: runs all of examples/plm on this machine. Needs a Python with the packages of the example.
. "$root/build/dev/lib/maven.sh"
. "$root/build/dev/lib/programs.sh"

run_plm() {
  local module=examples/plm/demo classes list
  classes=$root/$module/target/classes list=$root/$module/target/plm.classpath
  need_java
  python_tools
  build_to_run "$module" "the PLM example" plm.classpath -DskipTests -DincludeScope=runtime compile
  exec "$java" -Dtenon.root="$root" -cp "$classes:$(cat "$list")" dev.tenon.examples.plm.demo.PlmDemo "$@"
}

run_plm "$@"
