#!/usr/bin/env bash
# Copyright (c) Rolewright contributors
# SPDX-License-Identifier: MPL-2.0
#
# Usage: test.sh [go test arguments]
# Runs tests, those with real Terraform included, and closes with their count and
# with every skipped test and its reason. RBAC_TEST_BACKEND=microsoft puts an emulator
# between Terraform and the tenants of internal/provider; without arguments, the tests
# of that package that drive Terraform run that way as well.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
backend="${RBAC_TEST_BACKEND:-}"
# shellcheck source=scripts/cleanenv.sh
. scripts/cleanenv.sh
if [ -n "$backend" ]; then export RBAC_TEST_BACKEND="$backend"; fi

tf="$(scripts/terraform.sh)"
# The first line names the product and its version. Read whole: a closed pipe would kill the program.
banner="$("$tf" version)"
banner="${banner%%$'\n'*}"
echo "Acceptance tests run with $banner ($tf)."

export TF_ACC=1 TF_ACC_TERRAFORM_PATH="$tf"
# Tests in process name no source: a namespace set here would leave steps of theirs to the registry.
unset TF_ACC_PROVIDER_NAMESPACE TF_ACC_PROVIDER_HOST TF_ACC_TERRAFORM_VERSION
case "$banner" in
  OpenTofu*) export TF_ACC_PROVIDER_HOST=registry.opentofu.org ;;
esac

flags=(-shuffle=on -timeout=60m)
if [ "$(go env CGO_ENABLED)" = 1 ] && command -v "$(go env CC)" >/dev/null; then
  flags+=(-race)
else
  echo "The race detector is left out: it needs a C compiler, and there is none."
fi

# A package named on the command line replaces the default, which is everything.
everything=./...
for argument in "$@"; do
  case "$argument" in ./*) everything="" ;; esac
done

run() {
  go tool -modfile="$root/internal/tools/go.mod" gotestsum --format=pkgname --format-hide-empty-pkg -- "$@"
}

# The last run is the largest: its count closes the output, whatever came before.
root="$PWD"
status=0
if [ -n "$everything" ] && [ "$#" -eq 0 ]; then
  # A module of its own, so that the provider does not depend on Microsoft's client.
  echo "==> The emulator under Microsoft's own client"
  (cd internal/sdk && run "${flags[@]}" ./...) || status=1
  if [ -z "$backend" ]; then
    # Without the race detector: the run below has the same code under it.
    echo "==> The tests with real Terraform on backend = \"microsoft\", through an emulator"
    RBAC_TEST_BACKEND=microsoft run -shuffle=on -timeout=60m -run '^Test(Acc|Rules)' ./internal/provider || status=1
  fi
  echo "==> Everything"
fi
run "${flags[@]}" "$@" ${everything:+"$everything"} || status=1
exit "$status"
