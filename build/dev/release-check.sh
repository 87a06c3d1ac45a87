# ./dev release-check: rehearses a release in copies of the sources. Needs GnuPG.
. "$root/build/dev/lib/maven.sh"
. "$root/build/dev/lib/programs.sh"

missing_for_release() {
  program gpg /opt/homebrew/bin > /dev/null || echo gnupg
}

# Everything happens in copies, with separate local Maven repositories that only read yours.
check_release() {
  need_tools
  need_packages missing_for_release "a release must be signed" gnupg
  local work=$root/target/release-check version repository start=$SECONDS
  local staging=$work/staging first=$work/first second=$work/another/second application=$work/my-app
  version=$(tenon_version)
  version=${version%-SNAPSHOT}
  repository=$work/repositories/first
  rm -rf "$first" "$work/another" "$staging" "$application" "$work"/repositories/*/dev/tenon
  copy_as "$version" "$first"
  copy_as "$version" "$second"

  say "Building Tenon $version twice: once to install it, once to release it ..."
  local building staging_it failed=''
  rehearse "$first" install -Dmaven.test.skip=true -Dspotless.check.skip=true &
  building=$!
  stage &
  staging_it=$!
  wait "$building" || failed=yes
  wait "$staging_it" || failed=yes
  [ -z "$failed" ] || fail "the release check failed; see above."
  check_staging
  say "Building, testing and running a new application that uses it ..."
  "$first/dev" new --no-install my-app "$application" > /dev/null
  rehearse "$application" verify exec:java
  grep -q '^The job is completed' "$work/my-app.log" ||
    fail "the new application did not run a job; its output is in $work/my-app.log"
  say "Tenon $version can be released; this took $((SECONDS - start)) s."
}

# rehearse FOLDER MAVEN-ARGUMENT...
rehearse() {
  local log
  log=$work/$(basename "$1").log
  maven_in "$@" "-Dmaven.repo.local=$repository" \
    "-Dmaven.repo.local.tail=${MAVEN_REPOSITORY:-${HOME:-/nowhere}/.m2/repository}" > "$log" 2>&1 || {
    grep -F '[ERROR]' "$log" | head -n 30 >&2
    fail "Maven failed in $1; all of its output is in $log"
  }
}

# copy_as VERSION FOLDER: copies the sources, as they will be in a release of that version
copy_as() {
  local pom
  mkdir -p "$2"
  tar -C "$root" --exclude=./.git --exclude=target -cf - . | tar -C "$2" -xf -
  find "$2" -name pom.xml | while IFS= read -r pom; do
    sed "s/>$1-SNAPSHOT</>$1</" "$pom" > "$pom.new"
    mv "$pom.new" "$pom"
  done
}

# Deploys the second build to a folder, and verifies the signatures while their key exists.
stage() (
  repository=$work/repositories/second
  # Not in target: the agent's socket is in this folder, and the path of a socket must be short
  GNUPGHOME=$(mktemp -d "${TMPDIR:-/tmp}/tenon-gpg.XXXXXX")
  export GNUPGHOME
  trap 'gpgconf --kill all; rm -rf "$GNUPGHOME"' EXIT
  gpg --batch --quiet --passphrase '' --quick-generate-key 'Tenon release check' ed25519 sign 1d
  rehearse "$second" deploy -Prelease -Dmaven.test.skip=true -Dspotless.check.skip=true \
    -Dmaven.install.skip=true "-DaltDeploymentRepository=staging::file://$staging"
  find "$staging" -type f ! -name 'maven-metadata*' ! -name '*.md5' ! -name '*.sha*' ! -name '*.asc' |
    while IFS= read -r file; do
      [ -f "$file.asc" ] || fail "$file is not signed."
      gpg --batch --quiet --verify "$file.asc" "$file" 2> "$work/gpg.log" ||
        fail "the signature of $file is wrong: $(cat "$work/gpg.log")"
    done
)

check_staging() {
  local artifact file suffix jars='' listed
  for artifact in $(published); do
    file=$staging/dev/tenon/$artifact/$version/$artifact-$version
    need_file "$file.pom"
    for suffix in name description; do
      grep -q "<$suffix>" "$file.pom" || fail "$artifact has no <$suffix>, which Maven Central asks for."
    done
    if grep -q '<packaging>pom</packaging>' "$file.pom"; then
      continue
    fi
    jars+=$artifact$'\n'
    for suffix in .jar -sources.jar -javadoc.jar; do
      need_file "$file$suffix"
    done
    cmp "$file.jar" "$work/repositories/first/dev/tenon/$artifact/$version/$artifact-$version.jar" ||
      fail "two builds of $artifact-$version.jar differ."
  done
  for suffix in url licenses developers scm; do
    grep -q "<$suffix[ >]" "$staging/dev/tenon/jobs-bom/$version/jobs-bom-$version.pom" ||
      fail "jobs-bom has no <$suffix>, which Maven Central asks for."
  done
  same "modules that are published" "$(published)" "staged artifacts" "$(ls "$staging/dev/tenon")"
  listed=$(sed -n '/<dependencyManagement>/,/<\/dependencyManagement>/p' "$second/build/jobs-bom/pom.xml" |
    sed -n 's/.*<artifactId>\(.*\)<\/artifactId>.*/\1/p')
  same "jars that are published" "${jars%$'\n'}" "artifacts in jobs-bom" "$listed"
}

need_file() { [ -s "$1" ] || fail "a release has no ${1#"$staging"/}."; }

# same WHAT LINES WHAT LINES
same() {
  local difference
  difference=$(diff <(sort <<< "$2") <(sort <<< "$4")) ||
    fail "the $1 (<) are not the $3 (>):"$'\n'"$difference"
}

# The folder of a module has the name of its artifact.
published() {
  local pom
  echo jobs-parent
  (cd "$second" && find . -mindepth 2 -name pom.xml ! -path './build/templates/*' ! -path '*/src/*') |
    while IFS= read -r pom; do
      if is_published "$(dirname "$pom")"; then
        basename "$(dirname "$pom")"
      fi
    done
}

# A module is published unless its pom, or that of a folder around it, says otherwise.
is_published() {
  local folder=$1
  while [ "$folder" != . ]; do
    if grep -qs '<maven.deploy.skip>true<' "$second/$folder/pom.xml"; then
      return 1
    fi
    folder=$(dirname "$folder")
  done
}

check_release
