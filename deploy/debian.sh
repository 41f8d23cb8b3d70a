#!/bin/sh
# Debian packages that `make test` and `make bench` need: installed when root, otherwise one line says how.
# Nothing installed here is started: the checks run their own private PostgreSQL, Redis and nginx on free ports.
set -eu
packages="git postgresql redis-server nginx chromium wrk
libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 poppler-utils"

command -v dpkg-query >/dev/null 2>&1 || {
    echo "make test needs a Debian or Ubuntu machine (or these, by hand:" $packages")" >&2
    exit 1
}

missing=
for package in $packages; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ]; then
    echo "make test needs these Debian packages first: sudo apt-get install$missing" >&2
    exit 1
fi

# While packages unpack, this answer keeps their services from starting; one that is there already is respected.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    trap 'exit 130' INT TERM
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
fi

install() {
    DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 --no-install-recommends \
        -o Dpkg::Use-Pty=0 -o Acquire::Retries=3 $missing
}

echo "installing Debian packages:$missing"
for attempt in 1 2 3; do
    if install >/dev/null 2>&1; then
        exit 0
    fi
    apt-get update --quiet=2 -o Acquire::Retries=3 || true
    [ "$attempt" = 1 ] || sleep 5
done
install || {
    echo "apt-get could not install$missing; see the lines above" >&2
    exit 1
}
