#!/usr/bin/env bash
# Builds Rust's standard library for WebAssembly from Debian's `rust-src` of the very version of `rustc`,
# with wasi-libc from the same suite, and puts it into the toolchain. `cargo xtask setup` calls it where
# `rustup target add` does not work. The machine's apt sources, lists and package database stay untouched.
#
# build-wasm-std.sh MARK TARGET...     MARK: the file that says in a target's folder how it came there
set -euo pipefail
mark=$1; shift
targets=("$@")
suite=trixie-backports # where Debian keeps the newest compilers
unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_TARGET_DIR CARGO_BUILD_TARGET

say() { printf 'build-wasm-std: %s\n' "$*" >&2; }
fail() { say "$1"; [ -z "${2:-}" ] || tail -n 30 "$2" >&2; exit 1; }

version=$(rustc --version | awk '{print $2}')
rustlib=$(rustc --print sysroot)/lib/rustlib
work=$(mktemp -d "${TMPDIR:-/tmp}/build-wasm-std.XXXXXX")
trap 'rm -rf "$work"' EXIT

# A private apt that reads this machine's own Debian source, with another suite.
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
known=$(with_private_apt apt-cache madison rust-src | awk -F' *[|] *' '{print $2}')
package=$(awk -v v="$version" 'index($0, v "+") == 1 || index($0, v "-") == 1 { print; exit }' <<<"$known")
[ -n "$package" ] || fail "$suite has no rust-src $version, only: $(tr '\n' ' ' <<<"$known")"
(cd "$work" && with_private_apt apt-get download "rust-src=$package" wasi-libc) >>"$work/apt.log" 2>&1 ||
  fail "cannot download rust-src and wasi-libc" "$work/apt.log"
mkdir "$work/root"
for file in "$work"/*.deb; do
  dpkg-deb --fsys-tarfile "$file" | tar -C "$work/root" -xf - --exclude='./usr/share/doc'
done

# The sources go where rustup's rust-src puts them: cargo looks there. The package also has a mock library.
library=$(find "$work/root" -type d -path '*/library' \
  -exec test -e '{}/Cargo.lock' -a -e '{}/core/src/ptr/mod.rs' \; -print -quit)
[ -n "$library" ] || fail "rust-src $package has no library folder"
source_mark=$rustlib/src/$mark
if [ -e "$source_mark" ] && [ "$(cat "$source_mark")" != "$version" ]; then rm -rf "$rustlib/src"; fi
if [ ! -e "$rustlib/src/rust/library/Cargo.lock" ]; then
  mkdir -p "$rustlib/src/rust"
  cp -a "$(readlink -f "$library")" "$rustlib/src/rust/library.new"
  mv -T "$rustlib/src/rust/library.new" "$rustlib/src/rust/library"
  echo "$version" >"$source_mark"
fi

# Start code and C library, without which a WASI program does not link.
for target in "${targets[@]}"; do
  stage=$work/stage/$target
  mkdir -p "$stage"
  case $target in *-wasi*) ;; *) continue ;; esac
  libc=$(find "$work/root" -type f -path "*/$target/libc.a" -print -quit)
  [ -n "$libc" ] || fail "wasi-libc has nothing for $target"
  mkdir "$stage/self-contained"
  cp "${libc%/*}"/{libc.a,crt1-command.o,crt1-reactor.o} "$stage/self-contained/"
done

# The library itself, with the bitcode that link-time optimisation reads.
build=$work/build
mkdir -p "$build/src"
printf '#![no_std]\n' >"$build/src/lib.rs"
cat >"$build/Cargo.toml" <<'TOML'
[package]
name = "only-std"
version = "0.0.0"
edition = "2024"
[workspace]
[profile.release]
debug = false
strip = "debuginfo"
TOML
arguments=()
for target in "${targets[@]}"; do arguments+=(--target "$target"); done
say "building the standard library of Rust $version for ${targets[*]}"
(cd "$build" && RUSTC_BOOTSTRAP=1 RUSTFLAGS="-Cembed-bitcode=yes -Ccodegen-units=1" CARGO_TARGET_DIR="$build/target" \
  cargo build --release -Zbuild-std=std,panic_abort,panic_unwind,proc_macro,test "${arguments[@]}") \
  >"$work/build.log" 2>&1 || fail "cannot build the standard library" "$work/build.log"

for target in "${targets[@]}"; do
  stage=$work/stage/$target
  find "$build/target/$target/release/deps" -name 'lib*.rlib' ! -name 'libonly_std-*' -exec cp -t "$stage" '{}' +
  printf 'rustc %s, rust-src %s\n' "$version" "$package" >"$stage/$mark"
  mkdir -p "$rustlib/$target"
  rm -rf "$rustlib/$target/lib"
  cp -a "$stage" "$rustlib/$target/lib.new"
  mv -T "$rustlib/$target/lib.new" "$rustlib/$target/lib"
done
say "installed into $rustlib"
