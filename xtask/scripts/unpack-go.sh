#!/usr/bin/env bash
# Unpacks Debian's Go compiler into a folder of its own, whose `bin/go` then works, and installs nothing.
# `cargo xtask setup` calls it where there is no Go that will do.
#
# unpack-go.sh FOLDER VERSION     FOLDER: is replaced; VERSION: as in 1.27
set -euo pipefail
folder=$1
version=$2
suite=trixie-backports # where Debian keeps the newest compilers

say() { printf 'unpack-go: %s\n' "$*" >&2; }
fail() { say "$1"; [ -z "${2:-}" ] || tail -n 30 "$2" >&2; exit 1; }

work=$(mktemp -d "${TMPDIR:-/tmp}/unpack-go.XXXXXX")
trap 'rm -rf "$work"' EXIT
# shellcheck source=xtask/scripts/private-apt.sh
source "$(dirname "${BASH_SOURCE[0]}")/private-apt.sh"
download_packages "golang-$version-go" "golang-$version-src"

# The compiler's package has links to what the package of the sources has.
rm -rf "$folder.new"
mkdir -p "$(dirname "$folder")"
cp -aL "$work/root/usr/lib/go-$version" "$folder.new"
GOTOOLCHAIN=local "$folder.new/bin/go" version >"$work/go.log" 2>&1 || fail "it does not work" "$work/go.log"
rm -rf "$folder"
mv -T "$folder.new" "$folder"
say "unpacked into $folder"
