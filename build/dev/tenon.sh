# ./dev tenon: runs the command line. Needs the servers that its arguments name.
. "$root/build/dev/lib/maven.sh"

# The runnable jar of the command line in the local Maven repository, unless sources are newer.
installed_cli() {
  local version jar newer
  version=$(tenon_version)
  jar=${MAVEN_REPOSITORY:-${HOME:-/nowhere}/.m2/repository}/dev/tenon/jobs-cli/$version/jobs-cli-$version-all.jar
  if [ -f "$jar" ]; then
    newer=$(find "$root"/jobs-*/src/main "$root"/jobs-*/pom.xml "$root"/build/jobs-*/pom.xml "$root/pom.xml" -type f -newer "$jar" | head -n 1)
    [ -n "$newer" ] || printf '%s\n' "$jar"
  fi
}

run_tenon() {
  local module=jobs-cli main=dev.tenon.jobs.cli.Tenon
  local classes=$root/$module/target/classes list=$root/$module/target/tenon.classpath
  need_tools
  local jar
  jar=$(installed_cli)
  if [ -n "$jar" ]; then
    exec "$java" -jar "$jar" "$@"
  fi
  # What was built stays until ./dev clean: a command is called often
  if [ ! -f "$list" ]; then
    say "Building the command line; the first time, Maven downloads what it lacks, which takes some minutes ..." >&2
    build_to_run "$module" "the command line" tenon.classpath -DskipTests -DincludeScope=runtime compile
  fi
  exec "$java" -cp "$classes:$(cat "$list")" "$main" "$@"
}

run_tenon "$@"
