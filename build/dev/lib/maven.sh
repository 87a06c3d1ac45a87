# Java and Maven: finding them, and calling Maven at the top of the repository.

mvn=${MVN:-mvn}
java_major=''
java=''

# property NAME < output of java -XshowSettings:properties
property() { sed -n "s/^ *$1 = //p" | head -n 1; }

# Finds the Java that Maven will run on: a JDK that is not too old.
need_java() {
  local settings home
  java=${JAVA_HOME:+$JAVA_HOME/bin/}java
  command -v "$java" > /dev/null ||
    fail "no Java found ($java). Install a JDK 17 or newer, or set JAVA_HOME to one."
  settings=$("$java" -XshowSettings:properties -version 2>&1) || fail "$java does not run: $settings"
  java_major=$(property java.specification.version <<< "$settings")
  java_major=${java_major#1.}
  home=$(property java.home <<< "$settings")
  [ "$java_major" -ge 17 ] ||
    fail "Java $java_major in $home is too old. Install a JDK 17 or newer, or set JAVA_HOME to one."
  [ -x "$home/bin/javac" ] ||
    fail "the Java in $home cannot compile. Install a JDK, not only a JRE, or set JAVA_HOME to one."
}

need_maven() {
  local version major minor
  command -v "$mvn" > /dev/null ||
    fail "no Maven found ($mvn). Install Maven 3.9 or newer, or set MVN to its mvn."
  version=$(maven --version | sed -n 's/.*Apache Maven \([0-9][0-9.]*\).*/\1/p' | head -n 1)
  major=${version%%.*} minor=${version#*.} minor=${minor%%.*}
  if [ -z "$version" ] || [ "$major" -lt 3 ] || { [ "$major" -eq 3 ] && [ "$minor" -lt 9 ]; }; then
    fail "Maven ${version:-of unknown version} is too old. Install Maven 3.9 or newer, or set MVN to its mvn."
  fi
}

need_tools() {
  need_java
  need_maven
}

# Runs Maven in batch mode at the top of the repository, wherever this script is called from.
maven() { maven_in "$root" "$@"; }

# maven_in FOLDER ARGUMENT...
maven_in() {
  local folder=$1 options=${MAVEN_OPTS:-}
  shift
  if [ "$java_major" -ge 24 ]; then
    # Without these options Maven's own libraries would print warnings at each start.
    options="--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED $options"
  fi
  (cd "$folder" && MAVEN_OPTS=$options "$mvn" --batch-mode --no-transfer-progress "$@" < /dev/null)
}

# Prints the files that a build reads, each with its checksum, because times say nothing about files that were deleted
# or came from another checkout. Tests and pages are left out; none of the commands that call this build them.
sources() {
  (cd "$root" && find . \( -name target -o -name .git -o -name .idea -o -name .vscode -o -name node_modules \
    -o -name __pycache__ -o -path '*/src/test' -o -path ./docs -o -path ./README.md -o -path ./CHANGELOG.md \
    -o -path ./CONTRIBUTING.md -o -path ./AGENTS.md \) -prune -o -type f -exec cksum {} + | LC_ALL=C sort)
}

# are_still SOURCES: succeeds if nothing has changed while Maven ran. Maven compares times, so classes that it compiled
# just before a change would count as up to date forever. Therefore the classes of a changed module are deleted.
are_still() {
  local now module
  now=$(sources)
  if [ "$now" = "$1" ]; then
    return 0
  fi
  LC_ALL=C comm -3 <(printf '%s\n' "$1") <(printf '%s\n' "$now") |
    sed -n 's/^[^.]*\.\/\(.*\)\/src\/main\/.*/\1/p' | sort -u | while IFS= read -r module; do
    rm -rf "$root/$module/target/classes"
  done
  return 1
}

# class_path_files CLASS-PATH: prints the files that a build has left on it; libraries from elsewhere only by name
class_path_files() {
  local entry
  printf '%s\n' "$1" | tr : '\n' | while IFS= read -r entry; do
    if [ ! -e "$entry" ]; then
      printf 'no %s\n' "$entry"
    elif [[ $entry = "$root"/* ]]; then
      find "$entry" -type f -exec cksum {} +
    else
      printf '%s\n' "$entry"
    fi
  done | LC_ALL=C sort
}

# build_to_run MODULE WHAT FILE MAVEN-ARGUMENT...: compiles a module and the modules that it needs, and writes the class
# path of its libraries to its target/FILE. Does nothing if sources and outputs are the same as last time;
# target/FILE.built lists these.
build_to_run() {
  local module=$1 what=$2 list=$root/$1/target/$3 built=$root/$1/target/$3.built before status=0
  local classes=$root/$1/target/classes again=("$@") arguments=("-Dmdep.outputFile=target/$3")
  shift 3
  before=$(sources)
  if [ -f "$built" ] && [ -f "$list" ] &&
    { printf '%s\n' "$before" && class_path_files "$classes:$(cat "$list")"; } | cmp -s - "$built"; then
    return
  fi
  rm -f "$built"
  need_maven
  say "Building $what; the first time, Maven downloads the libraries, which takes some minutes ..." >&2
  maven --quiet -pl "$module" -am -Dspotless.check.skip=true "$@" dependency:build-classpath "${arguments[@]}" >&2 ||
    status=$?
  if ! are_still "$before"; then
    say "Sources have changed in the meantime." >&2
    build_to_run "${again[@]}"
    return
  fi
  [ "$status" -eq 0 ] || fail "$what does not build; see Maven's output above."
  { printf '%s\n' "$before" && class_path_files "$classes:$(cat "$list")"; } > "$built.new"
  mv "$built.new" "$built"
}

# The folder of Tenon in the local Maven repository.
installed_tenon() { printf '%s\n' "${MAVEN_REPOSITORY:-${HOME:-/nowhere}/.m2/repository}/dev/tenon"; }

# installed_files VERSION: prints the jars and poms there, which another checkout may have replaced
installed_files() {
  if [ -d "$(installed_tenon)" ]; then
    find "$(installed_tenon)" -path "*/$1/*" \( -name '*.jar' -o -name '*.pom' \) -exec cksum {} + | LC_ALL=C sort
  fi
}

# is_installed VERSION SOURCES: succeeds if the installed version was built here, from these sources
is_installed() {
  local installed=$root/target/installed
  [ -f "$installed" ] && [ -f "$(installed_tenon)/jobs-runtime/$1/jobs-runtime-$1.jar" ] &&
    { printf '%s\n' "$2" && installed_files "$1"; } | cmp -s - "$installed"
}

# install_tenon VERSION: installs Tenon into the local Maven repository, unless it is already there
install_tenon() {
  local installed=$root/target/installed before status=0
  before=$(sources)
  if is_installed "$1" "$before"; then
    return
  fi
  rm -f "$installed"
  need_maven
  say "Installing Tenon $1 into your local Maven repository (a few minutes the first time) ..."
  maven --quiet install -Dmaven.test.skip=true -Dspotless.check.skip=true || status=$?
  if ! are_still "$before"; then
    say "Sources have changed in the meantime."
    install_tenon "$1"
    return
  fi
  [ "$status" -eq 0 ] || fail "Tenon could not be built; see Maven's output above."
  mkdir -p "$root/target"
  { printf '%s\n' "$before" && installed_files "$1"; } > "$installed.new"
  mv "$installed.new" "$installed"
}

# The version of this checkout.
tenon_version() { sed -n 's/^  <version>\(.*\)<\/version>$/\1/p' "$root/build/jobs-bom/pom.xml"; }
