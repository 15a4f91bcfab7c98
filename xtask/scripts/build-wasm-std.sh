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

# shellcheck source=xtask/scripts/private-apt.sh
source "$(dirname "${BASH_SOURCE[0]}")/private-apt.sh"
known=$(with_private_apt apt-cache madison rust-src | awk -F' *[|] *' '{print $2}')
package=$(awk -v v="$version" 'index($0, v "+") == 1 || index($0, v "-") == 1 { print; exit }' <<<"$known")
[ -n "$package" ] || fail "$suite has no rust-src $version, only: $(tr '\n' ' ' <<<"$known")"
download_packages "rust-src=$package" wasi-libc

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
