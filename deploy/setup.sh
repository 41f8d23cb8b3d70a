#!/bin/sh
# Makes .venv and installs requirements/$1.txt (sandbox or test) with hashes, only when the files changed.
# PYTHON3 may name the interpreter. Every missing thing is one line on stderr.
set -eu
cd "$(dirname "$0")/.."
level=${1:?sandbox or test}
venv=.venv
stamp=$venv/.installed

stop() {
    echo "setup: $*" >&2
    exit 1
}

recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    for name in ${PYTHON3:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if command -v "$name" >/dev/null 2>&1 && recent "$name"; then
            echo "$name"
            return
        fi
    done
    if ! command -v "${PYTHON3:-python3}" >/dev/null 2>&1; then
        stop "python3 is missing: install Python 3.11 or newer (Debian: apt-get install python3 python3-venv)"
    fi
    stop "Python 3.11 or newer is needed, $("${PYTHON3:-python3}" -V 2>&1) is here: install a newer one, or name it: make setup PYTHON3=/path/to/python3"
}

make_venv() {
    # A copied or upgraded interpreter leaves a virtualenv that does not start: make it anew.
    if [ -x "$venv/bin/python" ] && recent "$venv/bin/python" && "$venv/bin/python" -c 'import pip' 2>/dev/null; then
        return
    fi
    python=$(find_python) || exit 1
    "$python" -c 'import venv, ensurepip' 2>/dev/null ||
        stop "the venv module of Python is missing (Debian: apt-get install python3-venv)"
    "$python" -m venv --clear "$venv" || stop "python3 -m venv failed; see the lines above"
}

wanted() { { "$venv/bin/python" -V; cat "$@"; } | cksum | tr -d '\n'; }

satisfied() {
    [ -f "$stamp" ] || return 1
    while read -r name sum; do
        case "$level:$name" in sandbox:sandbox | sandbox:test | test:test) ;; *) continue ;; esac
        [ "$sum" = "$(wanted "requirements/$name.txt" | tr ' ' '-')" ] && return 0
    done <"$stamp"
    return 1
}

install() {
    file=requirements/$level.txt
    echo "setup: installing $(grep -c '^[a-z].*==' "$file") packages into $venv (a minute or two the first time)"
    if command -v uv >/dev/null 2>&1 &&
        uv pip install --quiet --python "$venv/bin/python" --require-hashes --no-deps -r "$file" 2>/dev/null; then
        return
    fi
    "$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-input --no-deps \
        --require-hashes -r "$file" || stop "the packages of $file could not be installed; see the lines above"
}

command -v git >/dev/null 2>&1 || stop "git is missing (Debian: apt-get install git)"
make_venv
satisfied && exit 0
rm -f "$stamp"
install
echo "$level $(wanted "requirements/$level.txt" | tr ' ' '-')" >"$stamp"
