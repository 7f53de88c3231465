#!/usr/bin/env bash
# One tar for a machine without network: the program as committed, every wheel it needs, the fonts, the list of Debian packages.
# Usage: scripts/bundle.sh [FOLDER] (default dist/). There: tar -xf dudao-….tar && cd dudao-… && make run – nothing is fetched.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '【打包】%s\n' "$*"; }
target=$(mkdir -p "${1:-dist}" && cd "${1:-dist}" && pwd)
version=$(git describe --tags --always 2>/dev/null || git rev-parse --short HEAD)
name=dudao-$(date +%Y%m%d)-$version
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

mkdir "$scratch/$name"
git archive HEAD | tar -x -C "$scratch/$name"
echo "$name" >"$scratch/$name/VERSION"
say "程序 $name"

# Binary wheels only, for this machine's Python and system: the other machine has no compiler and no network either.
.venv/bin/python -m pip download --quiet --disable-pip-version-check --only-binary :all: \
  --requirement requirements.txt --requirement requirements-s3.txt --dest "$scratch/$name/wheels" pip
say "依赖库 $(find "$scratch/$name/wheels" -name '*.whl' | wc -l) 个（$(.venv/bin/python -V)，$(uname -m)）"

fonts=${LETTER_FONT_DIR:-instance/fonts}
mkdir -p "$scratch/$name/instance/fonts"
chmod 700 "$scratch/$name/instance"
cp -L "$fonts"/* "$scratch/$name/instance/fonts/"
say "字体 $(find "$scratch/$name/instance/fonts" -name '*.otf' | wc -l) 个"

(cd "$scratch/$name" && find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum >SHA256SUMS)
tar -cf "$target/$name.tar.part" -C "$scratch" --owner=0 --group=0 "$name"
mv "$target/$name.tar.part" "$target/$name.tar"
say "已生成 $target/$name.tar（$(du -m "$target/$name.tar" | cut -f1) MB）；系统软件见其中 deploy/debian-packages.txt"
