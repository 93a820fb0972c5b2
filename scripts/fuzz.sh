#!/usr/bin/env bash
# Copyright (c) Rolewright contributors
# SPDX-License-Identifier: MPL-2.0
#
# Fuzzes every Fuzz function of the repository in turn, each for FUZZTIME (default 10s).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

count=0
while IFS=: read -r file function; do
  package="./$(dirname "$file")"
  echo "==> $function in $package"
  go test -run='^$' -fuzz="^$function\$" -fuzztime="${FUZZTIME:-10s}" "$package"
  count=$((count + 1))
done < <(git grep --untracked -oE '^func Fuzz[A-Za-z0-9_]*' -- '*_test.go' | sed 's/:func /:/')
echo "$count fuzz targets ran for ${FUZZTIME:-10s} each."
