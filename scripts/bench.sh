#!/usr/bin/env bash
# Copyright (c) Rolewright contributors
# SPDX-License-Identifier: MPL-2.0
#
# Runs every benchmark into .bench/new.txt and, where .bench/old.txt exists, compares.
#   BENCH      which benchmarks (a regular expression, default all)
#   BENCHTIME  how long each runs, or how often as 10x (default 1s)
#   COUNT      how often each is measured (default 1; 6 or more to compare)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/cleanenv.sh
. scripts/cleanenv.sh
TF_ACC_TERRAFORM_PATH="$(scripts/terraform.sh)"
export TF_ACC_TERRAFORM_PATH

packages=()
while IFS= read -r directory; do
  packages+=("./$directory")
done < <(git grep --untracked -lE '^func Benchmark' -- '*_test.go' | xargs -r -n 1 dirname | sort -u)
if [ "${#packages[@]}" -eq 0 ]; then
  echo "There are no benchmarks."
  exit 0
fi

mkdir -p .bench
# One package at a time: two at once would measure each other.
go test -run='^$' -bench="${BENCH:-.}" -benchmem -benchtime="${BENCHTIME:-1s}" -count="${COUNT:-1}" \
  -timeout=60m -p=1 "${packages[@]}" | tee .bench/new.txt

if [ -f .bench/old.txt ]; then
  go tool -modfile=internal/tools/go.mod benchstat .bench/old.txt .bench/new.txt
else
  echo
  echo "To compare a later run with this one: cp .bench/new.txt .bench/old.txt"
fi
