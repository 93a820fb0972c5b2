#!/usr/bin/env bash
# Copyright (c) Rolewright contributors
# SPDX-License-Identifier: MPL-2.0
#
# Usage: mirror.sh DIRECTORY
# Builds the provider into DIRECTORY in the layout in which Terraform and OpenTofu
# look for providers on disk, once under the name of each registry. VERSION is its version.
set -euo pipefail

: "${1:?usage: mirror.sh DIRECTORY}"
: "${VERSION:?set VERSION, as the GNUmakefile does}"
mkdir -p "$1"
mirror="$(cd "$1" && pwd)"
cd "$(dirname "${BASH_SOURCE[0]}")/.."

platform="$(go env GOOS)_$(go env GOARCH)"
file="terraform-provider-rbac_v$VERSION$(go env GOEXE)"
terraform="$mirror/registry.terraform.io/rolewright/rbac/$VERSION/$platform"
opentofu="$mirror/registry.opentofu.org/rolewright/rbac/$VERSION/$platform"

mkdir -p "$terraform" "$opentofu"
CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=$VERSION" -o "$terraform/$file" .
# A link saves the second copy; where links are not to be had, a copy does.
ln -f "$terraform/$file" "$opentofu/$file" 2>/dev/null || cp -f "$terraform/$file" "$opentofu/$file"
