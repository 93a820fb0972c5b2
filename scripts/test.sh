#!/usr/bin/env bash
# Copyright (c) Rolewright contributors
# SPDX-License-Identifier: MPL-2.0
#
# Usage: test.sh [go test arguments]
# Runs tests, those with real Terraform included, and closes with their count and
# with every skipped test and its reason.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/cleanenv.sh
. scripts/cleanenv.sh

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

if [ -n "$everything" ] && [ "$#" -eq 0 ]; then
  # A module of its own, so that the provider does not depend on Microsoft's client.
  echo "The emulator under Microsoft's own client:"
  (cd internal/sdk && go tool -modfile=../tools/go.mod gotestsum --format=pkgname -- "${flags[@]}" ./...)
fi

go tool -modfile=internal/tools/go.mod gotestsum --format=pkgname --format-hide-empty-pkg -- \
  "${flags[@]}" "$@" ${everything:+"$everything"}
