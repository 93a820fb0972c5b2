#!/usr/bin/env bash
# Copyright (c) Rolewright contributors
# SPDX-License-Identifier: MPL-2.0
#
# Usage: live.sh [clean]
# Runs the tests that change a test tenant in Microsoft's cloud, and leaves the tenant as
# it was: what such tests have left, in this run or in one that was killed, is taken away
# before and after, and the tenant is looked through until nothing of it is there. With
# "clean", does only that. CONTRIBUTING.md has the environment variables.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# Not cleanenv.sh: how to sign in stands in the environment.
unset TF_CLI_ARGS TF_DATA_DIR TF_WORKSPACE TF_PLUGIN_CACHE_DIR TF_REATTACH_PROVIDERS
export CHECKPOINT_DISABLE=1

case "${1:-}" in
  "" | clean) ;;
  *)
    echo "\"$1\" is not known. Usage: live.sh [clean]" >&2
    exit 2
    ;;
esac

scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
quiet="${RBAC_LIVE_QUIET:-10s}"
go build -o "$scratch/clean" ./internal/acceptance/live/clean
tidy() { "$scratch/clean" -quiet "$quiet" "$@"; }

"$scratch/clean" -check || exit 2

if [ "${1:-}" = clean ]; then
  tidy
  exit
fi

tf="$(scripts/terraform.sh)"
echo "==> Clean-up: what an earlier run may have left"
tidy -remember "$scratch/before"

# However the tests end, but for kill -9, what they made is taken away.
ended() {
  local status=$?
  trap - EXIT INT TERM
  echo "==> Clean-up"
  if ! tidy -compare "$scratch/before"; then
    [ "$status" -ne 0 ] || status=1
    echo "The tenant is not as it was. Run make cleanlive once the reason is mended." >&2
  fi
  rm -rf "$scratch"
  exit "$status"
}
trap ended EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

echo "==> Tests"
TF_ACC_TERRAFORM_PATH="$tf" go test -count=1 -v -timeout=60m -run '^TestLive' ./internal/acceptance
