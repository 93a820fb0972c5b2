#!/usr/bin/env bash
# Copyright (c) Rolewright contributors
# SPDX-License-Identifier: MPL-2.0
#
# Prints the path of the Terraform (or OpenTofu) to use. Looked for in this order:
#   1. $TF_ACC_TERRAFORM_PATH
#   2. terraform on PATH
#   3. tofu on PATH
#   4. .bin/terraform, fetched once with HashiCorp's hc-install
# What is older than 1.8 is passed over. Everything but the path goes to standard error.
set -euo pipefail

readonly MINIMUM="1.8.0"
readonly FETCHED="1.11.4"

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
export CHECKPOINT_DISABLE=1 TF_CLI_CONFIG_FILE=/dev/null

say() { printf '%s\n' "$*" >&2; }

# version_of BINARY: prints 1.11.4 for both "Terraform v1.11.4" and "OpenTofu v1.11.4".
version_of() {
  "$1" version 2>/dev/null | sed -nE '1s/^(Terraform|OpenTofu) v([0-9]+\.[0-9]+\.[0-9]+).*/\2/p'
}

# at_least MINIMUM VERSION
at_least() {
  [ "$(printf '%s\n%s\n' "$1" "$2" | sort -t. -k1,1n -k2,2n -k3,3n | head -n 1)" = "$1" ]
}

# usable BINARY: says why when it is not.
usable() {
  local version
  version="$(version_of "$1" || true)"
  if [ -z "$version" ]; then
    say "$1 does not answer \"version\" as Terraform or OpenTofu do."
    return 1
  fi
  if ! at_least "$MINIMUM" "$version"; then
    say "$1 is version $version; this provider needs $MINIMUM or newer."
    return 1
  fi
}

# print BINARY: as an absolute path, since callers change directory.
print() {
  printf '%s/%s\n' "$(cd "$(dirname "$1")" && pwd)" "$(basename "$1")"
}

if [ -n "${TF_ACC_TERRAFORM_PATH:-}" ]; then
  named="$(command -v "$TF_ACC_TERRAFORM_PATH" || true)"
  if [ -z "$named" ]; then
    say "$TF_ACC_TERRAFORM_PATH is not there, or not a program."
  elif usable "$named"; then
    print "$named"
    exit 0
  fi
  say "TF_ACC_TERRAFORM_PATH names it: set the variable to another binary, or unset it."
  exit 1
fi

for candidate in "$(command -v terraform || true)" "$(command -v tofu || true)" "$root/.bin/terraform"; do
  if [ -n "$candidate" ] && [ -x "$candidate" ] && usable "$candidate"; then
    print "$candidate"
    exit 0
  fi
done

say "No Terraform or OpenTofu found: fetching Terraform $FETCHED into .bin with hc-install."
mkdir -p "$root/.bin"
if (cd "$root" && go tool -modfile=internal/tools/go.mod hc-install install -version "$FETCHED" -path "$root/.bin" terraform) >&2; then
  print "$root/.bin/terraform"
  exit 0
fi

say ""
say "Terraform could not be fetched. Do one of these, then run the same command again:"
say "  - install Terraform $MINIMUM or newer from https://developer.hashicorp.com/terraform/install"
say "    (or OpenTofu $MINIMUM or newer from https://opentofu.org/docs/intro/install), so that it is on PATH;"
say "  - or set TF_ACC_TERRAFORM_PATH to the binary you have:"
say "      export TF_ACC_TERRAFORM_PATH=/path/to/terraform"
exit 1
