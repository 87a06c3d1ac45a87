# ./dev tenon: runs the command line. Needs the servers that its arguments name.
. "$root/build/dev/lib/maven.sh"

run_tenon() {
  local module=jobs-cli main=dev.tenon.jobs.cli.Tenon
  local classes=$root/$module/target/classes list=$root/$module/target/tenon.classpath
  local version jar
  need_java
  version=$(tenon_version)
  jar=$(installed_tenon)/jobs-cli/$version/jobs-cli-$version-all.jar
  # The jar that ./dev new has installed
  if [ -f "$jar" ] && is_installed "$version" "$(sources)"; then
    exec "$java" -jar "$jar" "$@"
  fi
  build_to_run "$module" "the command line" tenon.classpath -DskipTests -DincludeScope=runtime compile
  exec "$java" -cp "$classes:$(cat "$list")" "$main" "$@"
}

run_tenon "$@"
