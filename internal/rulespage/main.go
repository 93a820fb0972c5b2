// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

// Command rulespage writes the guide that lists every rule and every limit,
// from the tables that the plan and the tenant read. It runs through go
// generate, takes the file to write, and writes the same bytes for the same rules.
package main

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: rulespage FILE")
		os.Exit(2)
	}
	if err := os.WriteFile(os.Args[1], []byte(page()), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, "rulespage:", err)
		os.Exit(1)
	}
}

// page is the whole guide.
func page() string {
	var b strings.Builder
	b.WriteString(before)
	for _, s := range []struct {
		title string
		rules []rbac.Rule
	}{{"Azure", azure.Rules()}, {"Microsoft Entra", entra.Rules()}, {"Intune", intune.Rules()}} {
		b.WriteString("\n### " + s.title + "\n\n")
		row(&b, "Rule", "Default", "Found by", "What holds", "What to do", "Source")
		row(&b, "---", "---", "---", "---", "---", "---")
		for _, r := range s.rules {
			row(&b, "`"+r.Name+"`", string(r.Severity), "`"+when(r)+"`", r.Means, r.Remedy, link(r.Source))
		}
	}
	b.WriteString(limits)
	row(&b, "Limit", "Number", "Of", "Other clouds", "Source")
	row(&b, "---", "---:", "---", "---", "---")
	for _, l := range slices.Concat(azure.Limits(), entra.Limits(), intune.Limits()) {
		row(&b, "`"+l.Name+"`", number(l.Value), l.Unit, elsewhere(l), link(l.Source))
	}
	return b.String()
}

// when is the command that is the first to find the rule broken.
func when(r rbac.Rule) string {
	if r.Tenant {
		return "plan"
	}
	return "validate"
}

// elsewhere are the numbers of clouds that differ.
func elsewhere(l rbac.Limit) string {
	var parts []string
	for _, c := range []rbac.Cloud{rbac.PublicCloud, rbac.USGovernment, rbac.ChinaCloud} {
		if n, ok := l.ByCloud[c]; ok {
			parts = append(parts, "`"+string(c)+"`: "+number(n))
		}
	}
	return strings.Join(parts, ", ")
}

func link(url string) string { return "[page](" + url + ")" }

// number is n with a comma before every three digits.
func number(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

func row(b *strings.Builder, cells ...string) {
	for _, c := range cells {
		b.WriteString("| " + strings.ReplaceAll(c, "|", `\|`) + " ")
	}
	b.WriteString("|\n")
}

const before = `---
# generated from the rules by make generate: edit internal/rulespage
page_title: "Rules and limits"
subcategory: ""
description: |-
  Every rule that a configuration is checked against, when, how to change its severity, and every limit with its number.
---

# Rules and limits

A configuration is checked before anything is written, in three steps:

1. ` + "`terraform validate`" + ` finds what the configuration alone decides. It needs no tenant, no
   credentials and no provider block.
2. ` + "`terraform plan`" + ` finds what the tenant or other resources of the same plan decide: names that
   are taken, limits that would be passed, roles that are in use.
3. ` + "`terraform apply`" + ` asks once more, before the first write, about what was not known while planning.

Each message names the rule that was broken. All broken rules are reported at once, each on the
attribute at fault.

## Changing a severity

A rule that is an *error* stops the run, a *warning* is shown, *off* is silent. Each rule has a
default, which ` + "`validation.rules`" + ` changes by name:

` + "```terraform" + `
provider "rbac" {
  backend = "local"
  validation = {
    rules = {
      azure_action_wildcard = "error" # no wildcards in this team's roles
      azure_role_change     = "off"   # reviewed elsewhere
    }
  }
}
` + "```" + `

Some rules are an error where it is certain that they are broken and a warning where it is
doubtful. With a severity in ` + "`validation.rules`" + `, both have that one.

### Permissions that the catalog does not know

The provider has a snapshot of the permissions of each system, and its messages tell of which
day. A permission that is not in it is an error if it is plainly a misspelling of one that is;
otherwise it may be newer than the snapshot, and is a warning. ` + "`validation.catalog`" + ` sets one
severity for all of them: for ` + "`azure_action_unknown`" + `, ` + "`entra_permission_unknown`" + ` and
` + "`intune_permission_unknown`" + `. A severity of one of these in ` + "`validation.rules`" + ` wins over it.

` + "```terraform" + `
provider "rbac" {
  backend    = "local"
  validation = { catalog = "error" } # nothing that is not in the snapshot
}
` + "```" + `

The embedded tenant is as strict as the plan: what a plan lets pass on such a setting, its apply
does too. A service refuses by rules of its own. Switching a rule off silences the plan, not
the service. Names that are taken, quotas and objects that are in use are facts of the tenant,
which the embedded one too goes by, whatever the severity.

## Raising a limit

A tenant with a raised quota has its number in ` + "`limits`" + `, by the name of the limit:

` + "```terraform" + `
provider "rbac" {
  backend = "local"
  limits  = { azure_custom_roles_per_tenant = 8000 }
}
` + "```" + `

A number may be lowered too. The data source [` + "`rbac_limits`" + `](../data-sources/limits.md) tells each
number that counts for the tenant, and how much of it is used.

## Rules
`

const limits = `
## Limits

The numbers that Microsoft documents for one tenant. Other clouds are named where their number
differs.

`
