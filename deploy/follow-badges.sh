#!/bin/sh
# Runs beside nginx in its container (/docker-entrypoint.d/): reloads it when export_badges has put new maps in place.
# The files are replaced whole, so a new inode is a new map. A reload that fails is tried again a second later.
set -eu
: "${BADGE_MAPS:?the folder that export_badges writes}"

marks() { stat -c '%i %Y %s' "$BADGE_MAPS/badges.conf" "$BADGE_MAPS/badges.location" 2>/dev/null || true; }

follow() {
    seen=$(marks)
    while sleep "${BADGE_LOOK_S:-1}"; do
        now=$(marks)
        if [ "$now" != "$seen" ] && nginx -t -q && nginx -s reload; then
            seen=$now
        fi
    done
}

follow &
