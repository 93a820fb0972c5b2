#!/usr/bin/env bash
# Copyright (c) Rolewright contributors
# SPDX-License-Identifier: MPL-2.0
#
# Writes docs/ from the provider's schema, templates/ and examples/, and checks it as
# the registry will. Works without a network.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/cleanenv.sh
. scripts/cleanenv.sh

tf="$(scripts/terraform.sh)"
scratch="$PWD/.docs"
rm -rf "$scratch"
mkdir -p "$scratch/work"
trap 'rm -rf "$scratch"' EXIT

scripts/mirror.sh "$scratch/mirror"
cat >"$scratch/work/main.tf" <<'EOF'
terraform {
  required_providers {
    rbac = { source = "rolewright/rbac" }
  }
}
EOF
"$tf" -chdir="$scratch/work" init -plugin-dir="$scratch/mirror" -input=false >"$scratch/init.log" ||
  { cat "$scratch/init.log" >&2; exit 1; }
# tfplugindocs knows a schema given to it only by the short name of the provider.
"$tf" -chdir="$scratch/work" providers schema -json |
  sed 's#"registry\.[a-z]*\.[a-z]*/rolewright/rbac"#"rbac"#' >"$scratch/schema.json"

for command in generate validate; do
  go tool -modfile=internal/tools/go.mod tfplugindocs "$command" \
    --provider-name rbac --providers-schema "$scratch/schema.json" >"$scratch/$command.log" 2>&1 ||
    { cat "$scratch/$command.log" >&2; exit 1; }
done
echo "docs/ is up to date."
