# ./dev site: builds the site of the documentation into target/site. Needs Node.js with npm, and for the Javadoc Maven.
. "$root/build/dev/lib/maven.sh"
. "$root/build/dev/lib/programs.sh"
. "$root/build/dev/lib/npm.sh"

# Everything is written to target: the sources of the site, its packages next to them, and the staged pages.
run_site() {
  local work=$root/target/site-build serve='' api=yes argument
  export TENON_ROOT=$root TENON_VERSION TENON_SITE_BASE=/ TENON_SITE_OUTPUT=$root/target/site TENON_SITE_API
  for argument in "$@"; do
    case $argument in
      --serve) serve=yes ;;
      --no-api) api=no ;;
      --base=/*/) TENON_SITE_BASE=${argument#--base=} ;;
      *) fail "there is no option $argument. Usage: ./dev site [--serve] [--no-api] [--base=/PATH/]" ;;
    esac
  done
  TENON_VERSION=$(tenon_version) TENON_SITE_API=$api
  need_node "the site is built by VitePress"
  copy_to_install "$root/docs/site" "$work"
  install_npm_packages "$work" docs/site/package-lock.json
  cd "$work"
  export PATH=$work/node_modules/.bin:$PATH
  if [ -n "$serve" ]; then
    serve_site
    return
  fi
  if [ "$api" = yes ]; then
    write_api "$root/target/site-api"
  fi
  say "Building the site of Tenon $TENON_VERSION ..."
  node --test > "$work/test.log" 2>&1 || {
    cat "$work/test.log" >&2
    fail "the tests of the site's own scripts fail."
  }
  rm -rf pages
  node stage.mjs || fail "the pages cannot be added to the site; see above."
  rm -rf "$TENON_SITE_OUTPUT"
  vitepress build > "$work/build.log" 2>&1 || {
    tail -n 40 "$work/build.log" >&2
    fail "VitePress could not build the site; all of its output is in $work/build.log"
  }
  node finish.mjs
  if [ "$api" = yes ]; then
    cp -R "$root/target/site-api" "$TENON_SITE_OUTPUT/api"
  fi
  node check.mjs || fail "the site has dead links, or loads something from elsewhere; see above."
  say "The site is in $TENON_SITE_OUTPUT; any web server can show it."
}

# Shows the pages, and each change of them, until Ctrl-C; the Javadoc only if it has been written.
serve_site() {
  mkdir -p pages/public
  rm -rf pages/public/api
  if [ -d "$root/target/site-api" ]; then
    cp -R "$root/target/site-api" pages/public/api
  fi
  node stage.mjs
  node stage.mjs --watch &
  # shellcheck disable=SC2064 # this process, whatever the variable is then
  trap "kill $! 2> /dev/null || true" EXIT
  vitepress dev
}

# write_api FOLDER: one Javadoc of all that applications may call. The packages are those that a published module exports
# to everybody; what has no module-info is public as a whole.
write_api() {
  local folder=$1 work=$root/target/site-api-build before module package sources packages=() options=()
  need_java
  before=$(sources)
  if [ -f "$folder/index.html" ] && [ "$before" = "$(cat "$work/sources" 2> /dev/null)" ]; then
    return
  fi
  build_to_run tests/public-api "the published artifacts" api.classpath -Dmaven.test.skip=true -DincludeScope=test compile
  say "Writing the Javadoc ..."
  mkdir -p "$work"
  rm -rf "$folder"
  : > "$work/files"
  options=(-d "$folder" -quiet -notimestamp -encoding UTF-8 -Xdoclint:all,-missing
    -windowtitle "Tenon $TENON_VERSION" -doctitle "Tenon $TENON_VERSION" -classpath "$(cat "$root/tests/public-api/target/api.classpath")")
  for module in $(api_modules); do
    sources=$root/$module/src/main/java
    packages=()
    for package in $(api_packages "$sources"); do
      packages+=("$package")
      # In quotes, because a path may have spaces
      find "$sources/${package//.//}" -maxdepth 1 -name '*.java' ! -name module-info.java |
        sed 's/.*/"&"/' >> "$work/files"
    done
    options+=(-group "${module##*/}" "$(IFS=: && echo "${packages[*]}")")
  done
  "${java}doc" "${options[@]}" "@$work/files" > "$work/log" 2>&1 || {
    tail -n 30 "$work/log" >&2
    fail "the Javadoc cannot be written; all of javadoc's output is in $work/log"
  }
  printf '%s\n' "$before" > "$work/sources"
}

# The published modules whose classes applications call: those with a list in tests/public-api.
api_modules() {
  local list
  for list in "$root"/tests/public-api/src/test/resources/jobs-*.txt; do
    list=$(basename "$list" .txt)
    (cd "$root" && find . -type d -name "$list" -not -path '*/target/*' -prune | sed 's,^\./,,' | head -n 1)
  done
}

# api_packages SOURCES
api_packages() {
  if [ -f "$1/module-info.java" ]; then
    sed -n 's/^ *exports \([a-z.]*\);$/\1/p' "$1/module-info.java"
  else
    (cd "$1" && find . -name package-info.java | sed 's,^\./,,;s,/package-info.java$,,' | tr / . | sort)
  fi
}

run_site "$@"
