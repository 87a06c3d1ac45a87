# Java and Maven: finding them, and calling Maven at the top of the repository.

mvn=${MVN:-mvn}
java_major=''
java=''

# property NAME < output of java -XshowSettings:properties
property() { sed -n "s/^ *$1 = //p" | head -n 1; }

# The Java that Maven will run on: a JDK, and not too old.
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

# Maven in batch mode at the top of the repository, wherever this script is called from.
maven() { maven_in "$root" "$@"; }

# maven_in FOLDER ARGUMENT...
maven_in() {
  local folder=$1 options=${MAVEN_OPTS:-}
  shift
  if [ "$java_major" -ge 24 ]; then
    # Maven's own libraries would warn about themselves at each start.
    options="--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED $options"
  fi
  (cd "$folder" && MAVEN_OPTS=$options "$mvn" --batch-mode --no-transfer-progress "$@" < /dev/null)
}

# build_to_run MODULE WHAT FILE MAVEN-ARGUMENT...: compiles a module and those that it needs, and writes the
# class path of its libraries to its target/FILE
build_to_run() {
  local module=$1 what=$2 file=$3
  shift 3
  maven --quiet -pl "$module" -am -Dspotless.check.skip=true "$@" \
    dependency:build-classpath "-Dmdep.outputFile=target/$file" >&2 ||
    fail "$what does not build; Maven says above why."
}

# The version of this checkout.
tenon_version() { sed -n 's/^  <version>\(.*\)<\/version>$/\1/p' "$root/build/jobs-bom/pom.xml"; }
