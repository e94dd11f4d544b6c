# Sourced by the other scripts: where things are, and what a bare Debian 12 needs.
# Installs only what is missing, so that running it again costs nothing.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$ROOT"
JOBS=${JOBS:-$(nproc)}

step() { printf '\n== %s\n' "$*"; }
fail() { printf '\nFAILED: %s\n' "$*" >&2; exit 1; }

# quietly WHAT command...: shows the command's output only when it fails.
quietly() {
  local what=$1 log
  shift
  log=$(mktemp)
  if ! "$@" >"$log" 2>&1; then
    tail -n 50 "$log" >&2
    rm -f "$log"
    fail "$what"
  fi
  rm -f "$log"
}

PACKAGES="g++ cmake ninja-build ccache pkg-config tzdata
  libsqlite3-dev libpugixml-dev libicu-dev nlohmann-json3-dev libcli11-dev
  libgtest-dev libbenchmark-dev python3-venv python3-dev pybind11-dev libpython3.11-testsuite"

# install_packages [more packages]
install_packages() {
  local package missing=""
  for package in $PACKAGES "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "ok installed" || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  step "installing$missing"
  [ "$(id -u)" = 0 ] || fail "only root can install the missing packages:$missing"
  export DEBIAN_FRONTEND=noninteractive
  quietly "apt-get update" apt-get update -q
  # shellcheck disable=SC2086  # a list of words
  quietly "apt-get install$missing" apt-get install -y -q --no-install-recommends $missing
}

# Python tools in an environment of the project's own; made again when scripts/lib/requirements.txt changes.
install_python() {
  if ! cmp -s scripts/lib/requirements.txt .venv/requirements.txt; then
    step "installing $(tr '\n' ' ' <scripts/lib/requirements.txt)into .venv"
    rm -rf .venv
    quietly "python3 -m venv .venv" /usr/bin/python3 -m venv .venv
    quietly "pip install" .venv/bin/pip install --disable-pip-version-check -r scripts/lib/requirements.txt
    cp scripts/lib/requirements.txt .venv/
  fi
}

# configure DIR [cmake options]: one directory per configuration.
configure() {
  local dir=$1
  shift
  step "configuring $dir"
  quietly "cmake $dir" cmake -S . -B "$dir" -G Ninja "$@"
}

# build DIR [targets]
build() {
  local dir=$1
  shift
  step "building $dir ($JOBS jobs)"
  cmake --build "$dir" -j "$JOBS" ${1:+--target "$@"} || fail "building $dir"
}

# configure_sanitized DIR SANITIZERS [cmake options]: assertions stay on; -O1 halves the time of building.
configure_sanitized() {
  local dir=$1 sanitizers=$2
  shift 2
  configure "$dir" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG="-O1 -g1" -DORDAIN_SANITIZE="$sanitizers" \
    -DORDAIN_BUILD_BENCH=OFF "$@"
}
