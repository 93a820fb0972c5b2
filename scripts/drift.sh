#!/usr/bin/env bash
# Copyright (c) Rolewright contributors
# SPDX-License-Identifier: MPL-2.0
#
# Makes everything that is generated once more and fails when that changes a file.
# Compares with the files as they are, committed or not.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

before="$(mktemp -d)"
trap 'rm -rf "$before"' EXIT
for directory in catalog docs templates; do
  mkdir -p "$directory"
  cp -R "$directory" "$before"
done

make --no-print-directory generate docs

drift=0
for directory in catalog docs templates; do
  diff -r "$before/$directory" "$directory" || drift=1
done
if [ "$drift" != 0 ]; then
  echo "What is generated was not up to date (see above). It is now: review and commit catalog/, docs/ and templates/." >&2
  exit 1
fi
echo "catalog/, docs/ and templates/ are what make generate and make docs write."
