# Sourced by the other scripts: where things are, and what a bare Debian 12 needs.
# Installs only what is missing, so that running it again costs nothing.
set -eu
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$ROOT"
JOBS=${JOBS:-$(nproc)}

step() { printf '\n== %s\n' "$*"; }
fail() { printf '\nFAILED: %s\n' "$*" >&2; exit 1; }

PACKAGES="g++ cmake ninja-build ccache pkg-config git libgtest-dev libbenchmark-dev nlohmann-json3-dev libsqlite3-dev libcli11-dev python3-venv tzdata libpython3.11-testsuite"

install_packages() {
  missing=""
  for package in $PACKAGES; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "ok installed" || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  step "installing:$missing"
  [ "$(id -u)" = 0 ] || fail "these packages are missing and only root can install them:$missing"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq || fail "apt-get update"
  # shellcheck disable=SC2086
  apt-get install -y -qq --no-install-recommends $missing >/dev/null || fail "apt-get install$missing"
}

# Python tools in an environment of the project's own.
install_python() {
  if [ ! -x .venv/bin/pytest ]; then
    step "making .venv"
    /usr/bin/python3 -m venv .venv || fail "python3 -m venv .venv"
    .venv/bin/pip install -q --disable-pip-version-check pytest jsonschema || fail "pip install pytest jsonschema"
  fi
}

# configure_and_build DIR [cmake options]: one directory per configuration.
configure_and_build() {
  dir=$1
  shift
  step "configuring $dir"
  cmake -S . -B "$dir" -G Ninja "$@" >"$dir.configure.log" 2>&1 || { cat "$dir.configure.log"; fail "cmake $dir"; }
  rm -f "$dir.configure.log"
  step "building $dir ($JOBS jobs)"
  cmake --build "$dir" -j "$JOBS" || fail "building $dir"
}
