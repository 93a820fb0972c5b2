# shellcheck shell=bash
# Copyright (c) Rolewright contributors
# SPDX-License-Identifier: MPL-2.0
#
# To be sourced: takes away every setting of the shell that would steer Terraform or
# the provider elsewhere, so that a run depends on the repository alone.
unset TF_CLI_ARGS TF_DATA_DIR TF_WORKSPACE TF_PLUGIN_CACHE_DIR TF_REATTACH_PROVIDERS TF_LOG TF_LOG_PATH TF_VAR_FILE
for name in $(compgen -e | grep -E '^(TF_CLI_ARGS_|TF_LOG_|TF_VAR_|RBAC_|ARM_|AZURE_)' || true); do
  unset "$name"
done
unset name
export CHECKPOINT_DISABLE=1 TF_CLI_CONFIG_FILE=/dev/null
