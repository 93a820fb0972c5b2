#!/usr/bin/env bash
# Copyright (c) Rolewright contributors
# SPDX-License-Identifier: MPL-2.0
#
# Every check of the code that needs no test run. All of them run, then it fails if one did.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

failed=()
check() {
  local name="$1"
  shift
  echo "==> $name"
  "$@" || failed+=("$name")
}
tool() { go tool -modfile=internal/tools/go.mod "$@"; }

formatted() {
  local files
  files="$(tool gofumpt -l .)" || return 1
  [ -z "$files" ] || { echo "Not formatted (make fmt mends it):"; echo "$files"; return 1; }
}

licensed() {
  git ls-files -z --cached --others --exclude-standard -- '*.go' '*.sh' .ci/run ':!examples/resources' |
    xargs -0 go tool -modfile=internal/tools/go.mod addlicense -check -f scripts/licence-header.txt
}

tidy() {
  go mod tidy -diff && go -C internal/tools mod tidy -diff && go -C internal/sdk mod tidy -diff
}

sdk() {
  (cd internal/sdk && go tool -modfile=../tools/lint/go.mod golangci-lint run ./...)
}

scripts() {
  if command -v shellcheck >/dev/null; then
    shellcheck -x scripts/*.sh examples/*/*.sh .ci/run
  else
    echo "Skipped: shellcheck is not installed."
  fi
}

check "gofumpt" formatted
check "licence headers" licensed
check "go.mod is tidy" tidy
check "go vet" go vet ./...
check "golangci-lint" go tool -modfile=internal/tools/lint/go.mod golangci-lint run ./...
check "golangci-lint of internal/sdk" sdk
check "shell scripts" scripts

if [ "${#failed[@]}" -gt 0 ]; then
  printf 'Failed: %s\n' "${failed[@]}" >&2
  exit 1
fi
