# shellcheck shell=bash
# To be sourced: an apt of its own that reads this machine's own Debian source with another suite. The machine's
# apt sources, lists and package database stay untouched. Needs `say` and `fail`, `$work`, a folder that the
# caller removes, and `$suite`.

private=$work/apt
mkdir -p "$private"/{parts,state/lists/partial,cache/archives/partial}
releases='bookworm|trixie|forky|sid|stable|testing|unstable'
derive_source() {
  local file
  for file in /etc/apt/sources.list.d/*.sources; do
    [ -e "$file" ] || continue
    # The first stanza whose suites name a release itself, not its security updates.
    awk -v suite="$suite" -v releases="(^|\n)Suites:[^\n]*($releases)" 'BEGIN { RS = ""; FS = "\n" }
      /(^|\n)Types:[^\n]*deb/ && $0 ~ releases && !/(^|\n)Suites:[^\n]*-security/ {
        for (i = 1; i <= NF; i++) {
          if ($i ~ /^#/) continue
          if ($i ~ /^Types:/) print "Types: deb"
          else if ($i ~ /^Suites:/) print "Suites: " suite
          else if ($i ~ /^Components:/) print "Components: main"
          else print $i
        }
        exit
      }' "$file" >"$private/parts/derived.sources"
    [ ! -s "$private/parts/derived.sources" ] || return 0
    rm "$private/parts/derived.sources"
  done
  cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
    sed -nE "s#^(deb +(\[[^]]*\] +)?[^ ]+/debian/?) +($releases) .*#\1 $suite main#p" |
    head -n 1 >"$private/parts/derived.list"
  [ -s "$private/parts/derived.list" ]
}
with_private_apt() {
  local tool=$1; shift
  "$tool" -q -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$private/parts" \
    -o Dir::State="$private/state" -o Dir::State::status=/dev/null -o Dir::Cache="$private/cache" \
    -o Acquire::Languages=none -o Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false \
    -o APT::Sandbox::User="$(id -un)" -o Debug::NoLocking=1 -o Acquire::Retries=3 "$@"
}
derive_source || fail "this machine has no Debian source of packages"
with_private_apt apt-get update >"$work/apt.log" 2>&1 || fail "cannot read the lists of $suite" "$work/apt.log"

# download_packages PACKAGE[=VERSION]...     into $work/root, without their documentation
download_packages() {
  (cd "$work" && with_private_apt apt-get download "$@") >>"$work/apt.log" 2>&1 ||
    fail "cannot download $*" "$work/apt.log"
  mkdir -p "$work/root"
  local file
  for file in "$work"/*.deb; do
    dpkg-deb --fsys-tarfile "$file" | tar -C "$work/root" -xf - --exclude='./usr/share/doc'
    rm "$file"
  done
}
