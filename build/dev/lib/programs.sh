# Finds programs that are not part of Tenon, for tests and benchmarks, and installs them if it runs as root on Debian.

# program NAME FOLDER...: prints the path of a program on the PATH or in one of the folders
program() {
  local name=$1 folder
  shift
  if command -v "$name"; then
    return 0
  fi
  for folder in "$@"; do
    if [ -x "$folder/$name" ]; then
      printf '%s\n' "$folder/$name"
      return 0
    fi
  done
  return 1
}

# need_packages FUNCTION WHY BREW: installs the packages that the function prints, or says how to install them
need_packages() {
  local missing
  missing=$("$1" | tr '\n' ' ')
  missing=${missing% }
  if [ -z "$missing" ]; then
    return 0
  fi
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get > /dev/null; then
    fail "$2, and these are not installed: $missing." \
      "Install them (Debian, Ubuntu: sudo apt-get install $missing;" \
      "macOS: brew install $3) and run ./dev $command again."
  fi
  say "Installing $missing ..."
  install_packages "$missing"
  missing=$("$1" | tr '\n' ' ')
  [ -z "$missing" ] || fail "apt-get succeeded, but these are still not found: $missing"
}

# Debian's packages would start their servers immediately; the tests do not need that.
install_packages() (
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod 755 "$policy"
  fi
  mkdir -p "$root/target"
  log=$root/target/apt.log
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086 # several packages
  if ! { apt-get update && apt-get install -y --no-install-recommends $1; } > "$log" 2>&1 < /dev/null; then
    tail -n 20 "$log" >&2
    fail "apt-get could not install $1; all of its output is in $log"
  fi
)

missing_packages() {
  program initdb /usr/lib/postgresql/*/bin /opt/homebrew/opt/postgresql*/bin > /dev/null ||
    echo postgresql
  program rabbitmq-server /usr/lib/rabbitmq/bin /usr/sbin /opt/homebrew/sbin > /dev/null ||
    echo rabbitmq-server
  program pgbouncer /usr/sbin /opt/homebrew/bin > /dev/null ||
    echo pgbouncer
  # Unpacks the oldest and the newest PostgreSQL that are supported.
  program xz /opt/homebrew/bin > /dev/null ||
    echo xz-utils
  # The tests of the dashboard use a browser.
  program chromium /usr/bin /opt/homebrew/bin > /dev/null ||
    echo chromium
  program chromedriver /usr/bin /opt/homebrew/bin > /dev/null ||
    echo chromium-driver
}

# The tests share a server that is configured or running, and start private ones to kill and freeze, so the programs are
# needed in any case.
need_servers() {
  need_packages missing_packages "the tests start real servers and a browser" "postgresql@17 rabbitmq pgbouncer chromium chromedriver"
}

missing_gradle() {
  command -v gradle > /dev/null || echo gradle
}

# A test builds examples/gradle with whatever version there is.
need_gradle() {
  need_packages missing_gradle "a test builds an example with Gradle" gradle
}

# Patroni and etcd, for the tests of a cluster. Debian's package of Patroni leaves a choice of stores; these are what
# it needs for etcd.
cluster_packages='patroni etcd-server python3-etcd python3-dnspython'

# Nothing is installed: the packages go to target/cluster-programs, where the tests unpack them. Needs no root.
need_cluster_programs() {
  local folder=$root/target/cluster-programs log=$root/target/cluster-programs.log
  if [ -f "$folder/complete" ] || { program patroni /usr/bin && program etcd /usr/bin; } > /dev/null; then
    return 0
  fi
  if ! command -v apt-get > /dev/null || ! command -v dpkg-deb > /dev/null; then
    fail "the tests of a cluster need Patroni 4 or newer and etcd, which are downloaded only on Debian and Ubuntu." \
      "Install them (python3 -m pip install 'patroni[etcd3,psycopg2-binary]'; macOS: brew install etcd)" \
      "and run ./dev $command again."
  fi
  say "Downloading Patroni and etcd into target/cluster-programs ..."
  rm -rf "$folder"
  mkdir -p "$folder/lists/partial" "$folder/cache/archives/partial"
  # The lists of the system may be missing or old, and only root may renew them
  download_cluster_packages > "$log" 2>&1 ||
    { apt-get "${own_lists[@]}" update >> "$log" 2>&1 && download_cluster_packages "${own_lists[@]}" >> "$log" 2>&1; } ||
    {
      tail -n 20 "$log" >&2
      fail "the packages $cluster_packages could not be downloaded; all of the output is in $log"
    }
  rm -rf "$folder/lists" "$folder/cache"
  : > "$folder/complete"
}

own_lists=(-o "Dir::State::lists=$root/target/cluster-programs/lists" -o "Dir::Cache=$root/target/cluster-programs/cache"
  -o APT::Sandbox::User=root)

# download_cluster_packages OPTION...: downloads these packages and those they need that are not installed
download_cluster_packages() (
  cd "$root/target/cluster-programs"
  # shellcheck disable=SC2086 # several packages
  packages=$(apt-get "$@" --simulate --no-install-recommends install $cluster_packages) || exit
  # Those that are installed are not in this list, and Python itself always is
  # shellcheck disable=SC2046 # several packages
  apt-get "$@" -o APT::Sandbox::User=root download $(printf '%s\n' "$packages" | sed -n 's/^Inst \([^ ]*\) .*/\1/p')
)

# python_has_all PYTHON: succeeds if it has the packages that the Python client, its tests and the PLM example need
python_has_all() {
  command -v "$1" > /dev/null &&
    "$1" -c 'import sys, psycopg, pika, pytest, jsonschema, gmsh, trimesh; sys.exit(sys.version_info < (3, 11))' 2> /dev/null
}

missing_python() {
  local python
  for python in python3 /usr/bin/python3; do
    if python_has_all "$python"; then
      return 0
    fi
  done
  printf '%s\n' python3 python3-psycopg python3-pika python3-pytest python3-jsonschema \
    python3-gmsh python3-trimesh
}

# The tests of the Python client run on the Python that TENON_PYTHON names, or else on the first one that has
# everything; PythonClientTest looks in the same order.
python_tools() {
  if [ -n "${TENON_PYTHON:-}" ]; then
    python_has_all "$TENON_PYTHON" ||
      fail "TENON_PYTHON names $TENON_PYTHON, which is not Python 3.11 or newer with psycopg, pika, pytest, jsonschema, gmsh and trimesh."
    return
  fi
  need_packages missing_python "Python workers need packages for Python 3.11 or newer" \
    "python && python3 -m pip install psycopg pika pytest jsonschema gmsh trimesh"
}
