# Packages of npm, in folders of target. Other commands of ./dev need none.

# The status that a command ends with if npm cannot get the packages: then nothing is known to be wrong.
packages_are_missing=75

missing_node() {
  program node /opt/homebrew/bin > /dev/null || echo nodejs
  program npm /opt/homebrew/bin > /dev/null || echo npm
}

# need_node WHY: installs Node.js, or says how
need_node() {
  local version
  need_packages missing_node "$1" node
  version=$(node --version)
  version=${version#v}
  [ "${version%%.*}" -ge 18 ] || fail "Node.js $version is too old. Install Node.js 18 or newer."
}

# copy_to_install SOURCES FOLDER: copies sources next to the installed packages, without what was deleted since the last time
copy_to_install() {
  mkdir -p "$2"
  find "$2" -mindepth 1 -maxdepth 1 ! -name node_modules ! -name pages -exec rm -rf {} +
  tar -C "$1" --exclude=./node_modules --exclude=./target -cf - . | tar -C "$2" -xf -
}

# install_npm_packages FOLDER LOCK: installs what the package-lock.json of the folder names, unless it is installed
# already. LOCK is the file that it was copied from.
install_npm_packages() {
  if cmp -s "$1/package-lock.json" "$1/node_modules/.installed"; then
    return
  fi
  say "Installing the packages of $2 ..."
  (cd "$1" && npm ci --ignore-scripts --no-audit --no-fund --prefer-offline > "$root/target/npm.log" 2>&1) || {
    tail -n 20 "$root/target/npm.log" >&2
    fail_with "$packages_are_missing" "npm could not install the packages of $2, which it needs once from its registry;" \
      "all of its output is in target/npm.log"
  }
  cp "$1/package-lock.json" "$1/node_modules/.installed"
}
