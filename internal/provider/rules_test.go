// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// ruleCase is a configuration that breaks a rule and a near one that does not.
// Real Terraform judges both. All cases of a world share one configuration and
// one run, in which each has a resource of its own, so a case must not touch
// what another one does.
type ruleCase struct {
	name  string // of the resource; begins with the rule's name
	world string // "" for validate; else one of ruleWorlds

	of           string // the resource type without rbac_; attributes that are not given are as in ruleDefaults
	breaks, near body   // nil is no resource
	with         string // other blocks of both configurations
	breaksWith   string // other blocks of the breaking configuration alone
	nearWith     string // other blocks of the near configuration alone

	// For plans of changes: what is applied first, as the resource itself and as
	// other blocks, and what then happens behind Terraform's back.
	was     body
	wasWith string
	then    func(context.Context, backend.Backend) error

	warns     bool   // whether the rule is a warning here
	attribute string // at fault; "" when the whole resource is
	value     string // what the message must name: the offending value, or what is so
}

// rule is the rule of the case: the name up to the first double underscore.
func (c ruleCase) rule() string {
	name, _, _ := strings.Cut(c.name, "__")
	return name
}

// body is the attributes of a resource as HCL expressions; "" leaves one out.
type body map[string]string

// ruleWorld is a tenant and a provider block for cases.
type ruleWorld struct {
	provider  string // what else stands in the provider block
	directory string // JSON
	validate  bool   // whether validate alone must decide, in spite of the provider block
	set       func(context.Context, backend.Backend) error
}

const ruleTenant = "tenant" // an empty tenant whose directory knows everybody

var ruleDefaults = map[string]func(name string) body{
	"azure_custom_role": func(name string) body {
		return body{"name": quoted(name), "actions": `["Microsoft.Compute/virtualMachines/read"]`, "assignable_scopes": `["` + subscription1 + `"]`}
	},
	"azure_role_assignment": func(name string) body {
		return body{"scope": quoted(subscription1), "role": `"Reader"`, "principal_id": quoted(principalOf(name))}
	},
	"entra_custom_role": func(name string) body {
		return body{"name": quoted(name), "permissions": `["microsoft.directory/applications/basic/update"]`}
	},
	"entra_role_assignment": func(name string) body {
		return body{"role": `"Message Center Reader"`, "principal_id": quoted(principalOf(name))}
	},
	"intune_custom_role": func(name string) body {
		return body{"name": quoted(name), "permissions": `["Mobile apps/Read"]`}
	},
	"intune_role_assignment": func(name string) body {
		return body{"name": quoted(name), "role": `"Help Desk Operator"`, "members": list(principalOf(name)), "scope_groups": list(principalOf(name))}
	},
	"intune_scope_tag": func(name string) body { return body{"name": quoted(name)} },
}

// principalOf is an object ID of a name's own.
func principalOf(name string) string {
	h := sha256.Sum256([]byte(name))
	return fmt.Sprintf("%x-%x-%x-%x-%x", h[:4], h[4:6], h[6:8], h[8:10], h[10:16])
}

func quoted(s string) string { return fmt.Sprintf("%q", s) }

func list(values ...string) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = quoted(v)
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// letters is an HCL expression of a text of n letters.
func letters(n int) string { return quoted(strings.Repeat("a", n)) }

// address is the case's resource.
func (c ruleCase) address() string { return "rbac_" + c.of + "." + c.name }

func (c ruleCase) block(b body) string { return resourceBlock(c.of, c.name, b) }

// resourceBlock is a resource in which each attribute has a line of its own,
// so that the line a diagnostic points to tells the attribute.
func resourceBlock(of, name string, b body) string {
	if b == nil {
		return ""
	}
	all := ruleDefaults[of](name)
	maps.Copy(all, b)
	var s strings.Builder
	fmt.Fprintf(&s, "resource \"rbac_%s\" %q {\n", of, name)
	for _, attribute := range slices.Sorted(maps.Keys(all)) {
		if all[attribute] != "" {
			fmt.Fprintf(&s, "  %s = %s\n", attribute, all[attribute])
		}
	}
	return s.String() + "}\n"
}

// diagnostic is one as Terraform prints it in JSON.
type diagnostic struct {
	Severity string `json:"severity"`
	Summary  string `json:"summary"`
	Detail   string `json:"detail"`
	Address  string `json:"address"`
	Snippet  *struct {
		Code string `json:"code"`
	} `json:"snippet"`
}

// rule is the rule that the diagnostic names.
func (d diagnostic) rule() string {
	_, rest, _ := strings.Cut(d.Detail, "\nRule: ")
	name, _, _ := strings.Cut(rest, "\n")
	return name
}

// attribute is what the line that the diagnostic points to sets.
func (d diagnostic) attribute() string {
	if d.Snippet == nil || strings.HasPrefix(d.Snippet.Code, "resource ") || strings.HasPrefix(d.Snippet.Code, "import ") {
		return ""
	}
	name, _, _ := strings.Cut(strings.TrimSpace(d.Snippet.Code), " ")
	return name
}

func (d diagnostic) String() string {
	return fmt.Sprintf("%s at %s, attribute %q: %s: %s", d.Severity, d.Address, d.attribute(), d.Summary, d.Detail)
}

// diagnostics runs a command with -json and reads what it reports. That the
// command fails is one of the diagnostics.
func (c *commandLine) diagnostics(args ...string) []diagnostic {
	c.t.Helper()
	out, err := c.command(append(args, "-json")...)
	var found []diagnostic
	if args[0] == "validate" {
		var result struct {
			Diagnostics []diagnostic `json:"diagnostics"`
		}
		begin := strings.Index(out.text, "{\n")
		if begin < 0 || json.NewDecoder(strings.NewReader(out.text[begin:])).Decode(&result) != nil {
			c.t.Fatalf("terraform %s: %v\n%s", args[0], err, out.text)
		}
		found = result.Diagnostics
	} else {
		for line := range strings.Lines(out.text) {
			var message struct {
				Type       string     `json:"type"`
				Diagnostic diagnostic `json:"diagnostic"`
			}
			if strings.HasPrefix(line, "{") && json.Unmarshal([]byte(line), &message) == nil && message.Type == "diagnostic" {
				found = append(found, message.Diagnostic)
			}
		}
	}
	if failed := slices.ContainsFunc(found, func(d diagnostic) bool { return d.Severity == "error" }); failed != (err != nil) {
		c.t.Fatalf("terraform %s: %v, but the diagnostics are %v in\n%s", args[0], err, found, out.text)
	}
	return found
}

// judge runs the cases of one world, all at once, and looks at each.
func judge(t *testing.T, world ruleWorld, cases []ruleCase) {
	t.Helper()
	if world.validate {
		embeddedOnly(t, "terraform validate asks no tenant")
	}
	header := ""
	var tn *tenant
	if world.provider != "" || !world.validate {
		header = "provider \"rbac\" {\n  backend = \"memory\"\n" + world.provider + "\n}\n"
	}
	if world.directory != "" {
		tn = newTenant(t, world.directory)
	} else {
		tn = newTenant(t)
	}
	must := func(change func(context.Context, backend.Backend) error) {
		t.Helper()
		if change == nil {
			return
		}
		if err := change(t.Context(), tn.Backend); err != nil {
			t.Fatal(err)
		}
	}
	must(world.set)
	join := func(block func(ruleCase) string) string {
		var s strings.Builder
		s.WriteString(header)
		for _, c := range cases {
			s.WriteString(block(c))
		}
		return s.String()
	}
	run := []string{"validate"}
	tf := tn.terraform(t, "")
	if !world.validate {
		// One at a time: a check that finds something holds its place until
		// nothing else is under way, and only a few may wait at once.
		run = []string{"plan", "-parallelism=1"}
		if was := join(func(c ruleCase) string { return c.block(c.was) + c.wasWith }); was != header {
			tf.write(was)
			tf.run("apply", "-auto-approve")
		}
		for _, c := range cases {
			must(c.then)
		}
	}
	tf.write(join(func(c ruleCase) string { return c.block(c.breaks) + c.with + c.breaksWith }))
	broken := tf.diagnostics(run...)
	tf.write(join(func(c ruleCase) string { return c.block(c.near) + c.with + c.nearWith }))
	kept := tf.diagnostics(run[0])
	for _, d := range kept {
		if d.Severity == "error" {
			t.Errorf("the near configurations have the error %s", d)
		}
	}
	for _, c := range cases {
		t.Run(c.name+"/breaks", func(t *testing.T) { c.mustBreak(t, broken) })
		t.Run(c.name+"/near", func(t *testing.T) {
			for _, d := range kept {
				if c.concerns(d) {
					t.Errorf("the near configuration breaks the rule too: %s", d)
				}
			}
		})
	}
}

// concerns reports whether a diagnostic is the case's rule about the case's
// resource. Terraform gives no address for what leaves the configuration: then
// the value tells.
func (c ruleCase) concerns(d diagnostic) bool {
	return d.rule() == c.rule() && (d.Address == c.address() || d.Address == "" && strings.Contains(d.Detail, c.value))
}

func (c ruleCase) mustBreak(t *testing.T, found []diagnostic) {
	t.Helper()
	severity := "error"
	if c.warns {
		severity = "warning"
	}
	var here []diagnostic
	for _, d := range found {
		if !c.concerns(d) {
			if d.Address == c.address() {
				here = append(here, d)
			}
			continue
		}
		here = append(here, d)
		if d.Severity == severity && d.attribute() == c.attribute && strings.Contains(d.Detail, c.value) {
			return
		}
	}
	t.Errorf("no %s of %s on the attribute %q with %q, but %v", severity, c.rule(), c.attribute, c.value, here)
}

// judgeAll runs cases by world, each with its subtests.
func judgeAll(t *testing.T, worlds map[string]ruleWorld, cases []ruleCase) {
	t.Helper()
	needTerraform(t)
	byWorld := map[string][]ruleCase{}
	for _, c := range cases {
		byWorld[c.world] = append(byWorld[c.world], c)
	}
	for name, cases := range byWorld {
		world, ok := worlds[name]
		switch {
		case name == "":
			world, ok = ruleWorld{validate: true}, true
			name = "validate"
		case name == ruleTenant && !ok:
			ok = true
		}
		if !ok {
			t.Fatalf("there is no world %q", name)
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			judge(t, world, cases)
		})
	}
}

// all joins changes of a tenant.
func all(changes ...func(context.Context, backend.Backend) error) func(context.Context, backend.Backend) error {
	return func(ctx context.Context, b backend.Backend) error {
		var errs []error
		for _, change := range changes {
			errs = append(errs, change(ctx, b))
		}
		return errors.Join(errs...)
	}
}

// Changes of a tenant behind Terraform's back.

type change = func(context.Context, backend.Backend) error

func hasAzureRole(name string, id rbac.GUID, scopes ...string) change {
	return func(ctx context.Context, b backend.Backend) error {
		_, err := b.Azure.CreateRole(ctx, azure.Role{ID: id, Name: name, Permissions: []azure.Permission{{Actions: []string{"Microsoft.Compute/disks/read"}}}, AssignableScopes: scopes})
		return err
	}
}

func hasAzureAssignment(scope string, role, principal rbac.GUID) change {
	return func(ctx context.Context, b backend.Backend) error {
		at, err := azure.ParseScope(scope)
		if err != nil {
			return err
		}
		_, err = b.Azure.CreateAssignment(ctx, azure.Assignment{Name: guid(principalOf(scope + role.String() + principal.String())), Scope: at, RoleID: role, PrincipalID: principal})
		return err
	}
}

func hasEntraRole(name string, id rbac.GUID) change {
	return func(ctx context.Context, b backend.Backend) error {
		_, err := b.Entra.CreateRole(ctx, entra.Role{ID: id, Name: name, Enabled: true, Permissions: []string{"microsoft.directory/applications/basic/update"}})
		return err
	}
}

func hasEntraAssignment(role, principal rbac.GUID, scope string) change {
	return func(ctx context.Context, b backend.Backend) error {
		_, err := b.Entra.CreateAssignment(ctx, entra.Assignment{RoleID: role, PrincipalID: principal, DirectoryScope: scope})
		return err
	}
}

func hasIntuneRole(name string) change {
	return func(ctx context.Context, b backend.Backend) error {
		_, err := b.Intune.CreateRole(ctx, intune.Role{Name: name, Permissions: []string{"Microsoft.Intune_MobileApps_Read"}})
		return err
	}
}

// hasIntuneAssignment assigns a role, given by name, under a name with tags, given by name.
func hasIntuneAssignment(name, role string, tags ...string) change {
	return func(ctx context.Context, b backend.Backend) error {
		roles, err := b.Intune.Roles(ctx, intune.RoleFilter{Name: role})
		if err != nil || len(roles) != 1 {
			return fmt.Errorf("%d roles are named %q: %w", len(roles), role, err)
		}
		known, err := b.Intune.ScopeTags(ctx)
		if err != nil {
			return err
		}
		var ids []string
		for _, tag := range known {
			if slices.Contains(tags, tag.Name) {
				ids = append(ids, tag.ID)
			}
		}
		group := guid(principalOf(name))
		_, err = b.Intune.CreateAssignment(ctx, intune.Assignment{Name: name, RoleID: roles[0].ID, Members: []rbac.GUID{group}, ScopeGroups: []rbac.GUID{group}, ScopeTags: ids})
		return err
	}
}

func hasScopeTag(name string) change {
	return func(ctx context.Context, b backend.Backend) error {
		_, err := b.Intune.CreateScopeTag(ctx, intune.ScopeTag{Name: name})
		return err
	}
}

func TestRules_everyRuleIsToldInFullAndHasCases(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range slices.Concat(azure.Rules(), entra.Rules(), intune.Rules()) {
		if seen[r.Name] {
			t.Errorf("two rules are named %s", r.Name)
		}
		seen[r.Name] = true
		if !strings.HasPrefix(r.Name, string(r.System)+"_") || r.Summary == "" || !strings.HasSuffix(r.Means, ".") || !strings.HasSuffix(r.Remedy, ".") ||
			!strings.HasPrefix(r.Source, "https://") || r.Severity != rbac.SeverityError && r.Severity != rbac.SeverityWarning {
			t.Errorf("the rule %s lacks something: %+v", r.Name, r)
		}
	}
	cased := map[string]bool{}
	names := map[string]bool{}
	for _, c := range slices.Concat(azureRuleCases(), entraRuleCases(), intuneRuleCases()) {
		if names[c.name] {
			t.Errorf("two cases are named %s", c.name)
		}
		names[c.name] = true
		if !seen[c.rule()] {
			t.Errorf("the case %s is of a rule that there is not", c.name)
		}
		if c.value == "" {
			t.Errorf("the case %s does not say which value is at fault", c.name)
		}
		if c.was == nil && (c.breaks == nil || c.near == nil) {
			t.Errorf("the case %s lacks the breaking or the near configuration", c.name)
		}
		cased[c.rule()] = true
	}
	for name := range seen {
		if !cased[name] {
			t.Errorf("the rule %s has no case", name)
		}
	}
	for _, name := range plannedRules {
		if !seen[name] {
			t.Errorf("there is no rule %s", name)
		}
	}
}

// plannedRules are the rules that the design promises.
var plannedRules = strings.Fields(`
azure_role_name_length azure_role_name_recommended_length azure_role_description_length azure_role_description_recommended_length
azure_role_name_unique azure_role_grants_nothing azure_role_size azure_assignable_scopes_max azure_assignable_scope_root
azure_assignable_scope_wildcard azure_assignable_scope_syntax azure_assignable_scope_one_management_group azure_assignable_scope_in_use
azure_action_one_wildcard azure_action_syntax azure_action_unknown azure_action_wrong_list azure_action_wrong_system azure_action_wildcard
azure_action_matches_nothing azure_not_action_excludes_nothing azure_role_escalates azure_custom_roles_per_tenant azure_role_in_use
azure_scope_syntax azure_principal_id azure_principal_exists azure_assignment_outside_assignable_scopes
azure_data_actions_at_management_group azure_assignment_unique azure_assignments_per_subscription azure_assignments_per_management_group
azure_assignment_description_length azure_condition_length azure_condition_syntax azure_privileged_role azure_last_owner
entra_permission_unknown entra_permission_not_in_custom_roles entra_permission_wrong_system entra_permission_wildcard
entra_role_grants_nothing entra_role_name_unique entra_custom_roles_per_tenant entra_role_in_use
entra_role_deprecated entra_role_not_for_use entra_role_device_settings_only entra_role_former_name entra_privileged_role
entra_global_administrators entra_last_global_administrator entra_scope_syntax entra_group_role_assignable entra_assignment_unique
entra_custom_assignments_per_principal entra_scoped_assignments_per_principal
intune_permission_unknown intune_permission_wrong_system intune_permission_requires intune_role_grants_nothing intune_role_name_unique
intune_scope_tag_exists intune_scope_tags_per_assignment intune_assignment_name_length intune_assignment_description_length
intune_assignment_members intune_assignment_scope intune_all_users_or_devices intune_assignment_without_scope_tags intune_builtin_role
intune_default_scope_tag intune_scope_tag_in_use intune_role_in_use intune_role_tags_restrict_nothing
azure_role_change entra_role_change intune_role_change`)
