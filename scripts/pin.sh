#!/usr/bin/env bash
# Writes the version of every installed package into constraints.txt, so that a new machine gets
# the same indirect dependencies as this one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
{
  echo '# Every package in .venv, direct or not. Written by `make pin`; do not edit.'
  .venv/bin/python -m pip freeze --disable-pip-version-check | sort -f
} >constraints.txt.new
mv constraints.txt.new constraints.txt
