# Sourced by ./run and ./test: makes .venv from a lock file and looks for Debian's libraries.
# Needs Python 3.11 or newer with venv; nothing else.

say() { printf '%s\n' "$*" >&2; }

find_python() {
    for name in ${HAMLET_PYTHON:-} python3.11 python3.12 python3.13 python3.14 python3 python; do
        if command -v "$name" >/dev/null 2>&1 && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s' "$name"
            return
        fi
    done
    say "Hamlet needs Python 3.11 or newer. Install it (Debian: apt-get install python3 python3-venv) and run this again."
    exit 1
}

# make_venv LOCK: .venv holds exactly what LOCK pins, and Hamlet itself.
make_venv() {
    lock="$1"
    stamp=".venv/installed.$(basename "$lock" .txt)"
    wanted="$(cksum "$lock" pyproject.toml)"
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
        return
    fi
    if [ ! -x .venv/bin/python ]; then
        "$(find_python)" -m venv .venv || {
            say "Python could not make .venv. On Debian: apt-get install python3-venv"
            exit 1
        }
    fi
    say "Installing what $lock pins into .venv ..."
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$lock" || {
        say "The installation did not finish. Check the connection to the package index and run this again."
        exit 1
    }
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
    printf '%s' "$wanted" >"$stamp"
}

QT_LIBRARIES="libgl1 libegl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libglib2.0-0"
SCREEN_LIBRARIES="libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0"

# debian_packages NAME...: installs what is missing when root, else says the one line; other systems are left alone.
debian_packages() {
    command -v dpkg-query >/dev/null 2>&1 || return 0
    missing=""
    for name in "$@"; do
        dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $name"
    done
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" = 0 ]; then
        say "Installing from Debian:$missing"
        {
            apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
        } >/dev/null 2>&1 || say "Debian's packages could not be installed:$missing"
    else
        say "Some libraries are missing. Run this once, then this command again:"
        say "  sudo apt-get install -y --no-install-recommends$missing"
        exit 1
    fi
}
