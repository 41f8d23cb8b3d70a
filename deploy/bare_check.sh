#!/bin/sh
# `make demo EXIT=1` as an ordinary user on a Debian 12 that holds only Python with venv, git and make: a debootstrap
# chroot, unpacked from var/bare/bookworm.tar (made at the first run), in its own mount and process namespaces, so that
# nothing stays mounted or running. The committed state of the checkout is what runs. pip is configured as on this
# machine: its variables, its files and the local folders and certificates they name. KEEP=1 keeps the chroot.
set -eu
cd "$(dirname "$0")/.."
suite=bookworm
base=$PWD/var/bare/$suite.tar
kept='PIP_[A-Z_]*|SSL_CERT_FILE|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|[A-Za-z]*_(proxy|PROXY)'

stop() {
    echo "bare-check: $*" >&2
    exit 1
}

make_base() {
    [ -f "$base" ] && return
    echo "bare-check: making the base system (once)"
    mkdir -p "${base%/*}"
    fresh=$(mktemp -d /tmp/portal-base-XXXXXX)
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $suite" 2>/dev/null | head -n 1)
    debootstrap --variant=minbase --include=python3,python3-venv,git,make,ca-certificates \
        "$suite" "$fresh" ${mirror:+"$mirror"} >"${base%.tar}.log" 2>&1 || stop "debootstrap failed: see ${base%.tar}.log"
    rm -rf "$fresh"/var/cache/apt/archives/*.deb "$fresh"/var/lib/apt/lists/*
    tar --one-file-system -C "$fresh" -cf "$base.part" . && mv "$base.part" "$base"
    rm -rf "$fresh"
}

configure_pip() {
    user_file=
    for file in "$HOME/.config/pip/pip.conf" "$HOME/.pip/pip.conf"; do
        [ -f "$file" ] && user_file=$file
    done
    mkdir -p "$root/home/user/.config/pip"
    [ -z "$user_file" ] || cp "$user_file" "$root/home/user/.config/pip/pip.conf"
    [ ! -f /etc/pip.conf ] || cp /etc/pip.conf "$root/etc/pip.conf"
    env | grep -E "^($kept)=" >"$root/environment" || true
    cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
}

# Local folders and files that the configuration names; an index folder links to its neighbours, so its parent counts.
named_paths() {
    cat "$root/environment" "$root/etc/pip.conf" "$root/home/user/.config/pip/pip.conf" 2>/dev/null |
        sed 's,[a-z]*+*https*://[^ ]*,,g; s,file://,,g' | grep -oE "/[^ ,='\"]+" | sed 's,/simple/*$,,' | sort -u
}

pass_paths() {
    for path in $(named_paths); do
        if [ -d "$path" ] && [ "$path" != / ]; then
            mkdir -p "$root$path"
            mount --bind "$path" "$root$path"
        elif [ -f "$path" ]; then
            mkdir -p "$root${path%/*}"
            cp -L "$path" "$root$path"
        fi
    done
}

# Inside the namespaces: mounts end with this process.
inside() {
    root=$1
    mount --make-rprivate /
    mount -t proc proc "$root/proc"
    mount -t tmpfs tmpfs "$root/dev/shm" 2>/dev/null || { mkdir -p "$root/dev/shm" && mount -t tmpfs tmpfs "$root/dev/shm"; }
    pass_paths
    chroot "$root" useradd --create-home user 2>/dev/null || true
    chroot "$root" chown -R user: /home/user
    set --
    while IFS= read -r line; do
        set -- "$@" "$line"
    done <"$root/environment"
    status=0
    chroot --userspec=user:user "$root" /usr/bin/env -i HOME=/home/user LANG=C.UTF-8 \
        PATH=/usr/local/bin:/usr/bin:/bin "$@" make -C /home/user/portal demo EXIT=1 || status=$?
    exit "$status"
}

if [ "${1:-}" = --inside ]; then
    inside "$2"
fi

[ "$(id -u)" = 0 ] || stop "needs root: sudo make bare-check"
command -v debootstrap >/dev/null 2>&1 || [ -f "$base" ] || stop "debootstrap is missing: apt-get install debootstrap"
git rev-parse --verify --quiet HEAD >/dev/null || stop "run it in a git checkout"
[ -z "$(git status --porcelain --untracked-files=no)" ] || echo "bare-check: uncommitted changes are left out"
make_base
root=$(mktemp -d /tmp/portal-bare-XXXXXX)
if [ "${KEEP:-}" != 1 ]; then
    trap 'rm -rf --one-file-system "$root"' EXIT
    trap 'exit 130' INT TERM
fi
tar -C "$root" -xf "$base"
chmod 755 "$root"  # mktemp made it, and the one in the tar, for root alone
configure_pip
mkdir -p "$root/home/user/portal"
git archive HEAD | tar -C "$root/home/user/portal" -x
status=0
unshare --mount --pid --fork --kill-child sh deploy/bare_check.sh --inside "$root" || status=$?
[ "$status" = 0 ] && echo "bare-check: the badge is live on a bare machine"
exit "$status"
