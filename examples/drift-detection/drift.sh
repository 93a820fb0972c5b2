#!/usr/bin/env bash
# Copyright (c) Rolewright contributors
# SPDX-License-Identifier: MPL-2.0
#
# Usage: drift.sh [arguments of terraform plan]
# Tells whether the roles, assignments and scope tags of the configuration in this
# directory are still as configured, and which attributes of which are not. Changes
# nothing. The directory must be initialised (terraform init).
#
#   drift.sh                  what an apply would change, for whatever reason
#   drift.sh -refresh-only    only what was changed behind Terraform's back
#   drift.sh -lock=false      for credentials that may read the state and not lock it
#
# Exit codes, which are those of terraform plan -detailed-exitcode:
#   0  no drift
#   2  drift: the summary on standard output names it
#   1  an error: nothing is known about drift, which is not the same as none
#
# Environment:
#   TF             the command to run: terraform (the default), tofu, or a path
#   DRIFT_REPORT   a directory for plan.tfplan, plan.json and summary.txt. Without it
#                  nothing is kept. A plan holds all values, secret ones too
set -euo pipefail
export TF_IN_AUTOMATION="${TF_IN_AUTOMATION:-1}" # no hints about what to run next

tf="${TF:-terraform}"
report="${DRIFT_REPORT:-}"
if [ -n "$report" ]; then
  mkdir -p "$report"
else
  report="$(mktemp -d)"
  trap 'rm -rf "$report"' EXIT
fi

status=0
"$tf" plan -input=false -no-color -detailed-exitcode -out="$report/plan.tfplan" "$@" || status=$?
case "$status" in
  0)
    echo
    echo "No drift." | tee "$report/summary.txt"
    exit 0
    ;;
  2) ;;
  *)
    echo "The plan failed (exit code $status), so whether there is drift is not known." >&2
    exit 1
    ;;
esac

if ! "$tf" show -json "$report/plan.tfplan" >"$report/plan.json"; then
  echo "There are changes, but the plan could not be read back as JSON." >&2
  exit 1
fi

# One line for each object: address, what happened or would happen, and of what stays
# or is replaced, the attributes that differ.
with_jq() {
  jq -r '
    def verb: .change.actions | if length == 2 then "replace" else .[0] end;
    def attributes: if verb == "create" or verb == "delete" then "" else .change
      | (.before // {}) as $before | (.after // {}) as $after | (.after_unknown // {}) as $unknown
      | [($before + $after + $unknown) | keys[] | select($before[.] != $after[.] or ($unknown[.] // false) == true)]
      | if length == 0 then "" else ": " + join(", ") end end;
    def list($title; $items): if ($items | length) == 0 then empty else $title, ($items[] | "  \(.address) (\(verb))\(attributes)") end;
    list("Changed outside of Terraform:"; [.resource_drift[]? | select(verb != "no-op")]),
    list("What an apply would do:"; [.resource_changes[]? | select(.mode == "managed" and verb != "no-op")]),
    ([.output_changes // {} | to_entries[] | select(.value.actions != ["no-op"]) | .key]
      | if length == 0 then empty else "Outputs that would change:", "  " + join(", ") end)
  ' "$report/plan.json"
}

# The same from the plan as people read it, for machines without jq. It leaves out what
# was changed outside of Terraform where an apply puts the same back.
without_jq() {
  "$tf" show -no-color "$report/plan.tfplan" | awk '
    function flush() { if (line != "") print line; line = "" }
    function title(text) { if (text != shown) print text; shown = text }
    match($0, /^  # .* (has changed|has been deleted|will be .*|must be replaced|is tainted.*)$/) {
      flush(); sub(/^  # /, "")
      address = $0; sub(/ (has changed|has been deleted|will be |must be |is tainted).*/, "", address)
      what = substr($0, length(address) + 2)
      if (what ~ /read during apply/) next
      title(what ~ /^has / ? "Changed outside of Terraform:" : "What an apply would do:")
      verb = what ~ /deleted|destroyed/ ? "delete" : what ~ /replaced|tainted/ ? "replace" : what ~ /created/ ? "create" : "update"
      line = "  " address " (" verb ")"; separator = ": "
      next
    }
    line != "" && verb !~ /create|delete/ && /^      [~+-] / {
      line = line separator $2; separator = ", "
      next
    }
    /^    }/ { flush() }
    /^Changes to Outputs:/ { flush(); title("Outputs that would change:"); outputs = 1; next }
    outputs && /^  [~+-] / { print "  " $2 }
    END { flush() }
  '
}

echo
{
  echo "Drift."
  if command -v jq >/dev/null; then with_jq; else without_jq; fi
} | tee "$report/summary.txt"
exit 2
