#!/usr/bin/env bash
# Copyright (c) Rolewright contributors
# SPDX-License-Identifier: MPL-2.0
#
# Reviews access: writes access.md and access.html, and ends with
#   0  nothing has changed since access.md was committed, and every check holds
#   2  access has changed, or a check fails: both are printed
#   1  the review could not be made
# TF names another command than terraform.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
tf="${TF:-terraform}"

said="$("$tf" apply -auto-approve -input=false -no-color 2>&1)" || { printf '%s\n' "$said" >&2; exit 1; }
before="$(cat access.md 2>/dev/null)"
"$tf" output -no-color -raw report >access.md || exit 1
"$tf" output -no-color -raw page >access.html || exit 1

status=0
if [ "$before" != "$(cat access.md)" ]; then
  status=2
  echo "Access has changed."
  diff <(printf '%s\n' "$before") access.md | grep '^[<>]'
fi
case "$said" in
  *"Check block assertion failed"*)
    status=2
    echo "A check fails."
    printf '%s\n' "$said" | sed -n '/Check block assertion failed/,/^$/{/./p};/ may use \|no longer exist/p'
    ;;
esac
[ "$status" = 0 ] && echo "Access is as it was."
exit "$status"
