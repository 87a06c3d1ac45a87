# ./dev plm: runs all of examples/plm on this machine. Needs a Python with the packages of the example.
. "$root/build/dev/lib/maven.sh"
. "$root/build/dev/lib/programs.sh"

run_plm() {
  local module=examples/plm/demo classes list
  classes=$root/$module/target/classes list=$root/$module/target/plm.classpath
  need_tools
  python_tools
  say "Building the PLM example; the first time, Maven downloads what it lacks, which takes some minutes ..." >&2
  build_to_run "$module" "the PLM example" plm.classpath -DskipTests -DincludeScope=runtime compile
  exec "$java" -Dtenon.root="$root" -cp "$classes:$(cat "$list")" dev.tenon.examples.plm.demo.PlmDemo "$@"
}

run_plm "$@"
