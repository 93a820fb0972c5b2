// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const (
	scopeTagAddress = "rbac_intune_scope_tag.test"

	lyonDevices   = "aaaaaaaa-1111-4222-8333-444444444444"
	dallasDevices = "bbbbbbbb-1111-4222-8333-444444444444"
)

// scopeTagConfig is the tag of a region, with more lines.
func scopeTagConfig(lines ...string) string {
	return memory(block("rbac_intune_scope_tag", append([]string{`name = "EMEA"`}, lines...)...))
}

// sameObject wants the ID of a resource to be the same in every step that has it.
func sameObject(address string) func() []statecheck.StateCheck {
	same := statecheck.CompareValue(compare.ValuesSame())
	return func() []statecheck.StateCheck {
		return []statecheck.StateCheck{same.AddStateValue(address, tfjsonpath.New("id"))}
	}
}

// ownTags lists the tags of a tenant without the Default tag.
func ownTags(ctx context.Context, b backend.Backend) ([]intune.ScopeTag, error) {
	tags, err := b.Intune.ScopeTags(ctx)
	return slices.DeleteFunc(tags, func(t intune.ScopeTag) bool { return t.BuiltIn }), err
}

// wantScopeTags wants exactly these tags and the Default tag; the tenant
// chooses the IDs.
func wantScopeTags(want ...intune.ScopeTag) func(context.Context, backend.Backend) error {
	return func(ctx context.Context, b backend.Backend) error {
		got, err := ownTags(ctx, b)
		if err != nil {
			return err
		}
		for i := range got {
			if got[i].ID == "" {
				return fmt.Errorf("the tag %+v has no ID", got[i])
			}
			got[i].ID, got[i].Groups = "", sorted(got[i].Groups)
		}
		if len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
			return fmt.Errorf("the tenant has the scope tags %+v, want %+v", got, want)
		}
		return nil
	}
}

// changeTag changes the only tag of a tenant.
func changeTag(change func(*intune.ScopeTag)) func(context.Context, backend.Backend) error {
	return func(ctx context.Context, b backend.Backend) error {
		tags, err := ownTags(ctx, b)
		if err != nil || len(tags) != 1 {
			return errors.Join(err, fmt.Errorf("the tenant has the scope tags %+v, want one", tags))
		}
		change(&tags[0])
		_, err = b.Intune.UpdateScopeTag(ctx, tags[0])
		return err
	}
}

// deleteTags deletes every tag of a tenant but the Default tag.
func deleteTags(ctx context.Context, b backend.Backend) error {
	tags, err := ownTags(ctx, b)
	for _, tag := range tags {
		err = errors.Join(err, b.Intune.DeleteScopeTag(ctx, tag.ID))
	}
	return err
}

func TestAccIntuneScopeTag_tagsForTwoRegions(t *testing.T) {
	tn := newTenant(t)
	tn.test(t, resource.TestStep{
		Config: memory(`
resource "rbac_intune_scope_tag" "emea" {
  name        = "EMEA"
  description = "Devices and policies of the plants in Europe."
  groups      = ["` + lyonDevices + `"]
}
resource "rbac_intune_scope_tag" "americas" {
  name        = "Americas"
  description = "Devices and policies of the plants in ${rbac_intune_scope_tag.emea.id == "" ? "?" : "America"}."
  groups      = ["` + dallasDevices + `"]
}
`),
		ConfigStateChecks: []statecheck.StateCheck{
			whole("rbac_intune_scope_tag.emea", state{
				"id": "1", "name": "EMEA", "description": "Devices and policies of the plants in Europe.", "groups": []string{lyonDevices}, "timeouts": nil,
			}),
			whole("rbac_intune_scope_tag.americas", state{
				"id": "2", "name": "Americas", "description": "Devices and policies of the plants in America.", "groups": []string{dallasDevices}, "timeouts": nil,
			}),
		},
		Check: tn.check(wantScopeTags(
			intune.ScopeTag{Name: "EMEA", Description: "Devices and policies of the plants in Europe.", Groups: []rbac.GUID{lyonDevices}},
			intune.ScopeTag{Name: "Americas", Description: "Devices and policies of the plants in America.", Groups: []rbac.GUID{dallasDevices}},
		)),
	})
}

func TestAccIntuneScopeTag_everyAttributeChangesInPlace(t *testing.T) {
	tn := newTenant(t)
	same := sameObject(scopeTagAddress)
	step := func(config, attribute string, want intune.ScopeTag) resource.TestStep {
		s := resource.TestStep{Config: config, ConfigStateChecks: same(), Check: tn.check(wantScopeTags(want))}
		if attribute != "" {
			s.ConfigPlanChecks = wants(changes(scopeTagAddress, plancheck.ResourceActionUpdate, attribute))
		}
		return s
	}
	with := func(name, description string, groups ...string) string {
		return memory(block("rbac_intune_scope_tag", `name = "`+name+`"`, `description = "`+description+`"`, "groups = "+hcl(groups)))
	}
	tn.test(t,
		step(with("EMEA", "A", lyonDevices), "", intune.ScopeTag{Name: "EMEA", Description: "A", Groups: []rbac.GUID{lyonDevices}}),
		step(with("Europe", "A", lyonDevices), "name", intune.ScopeTag{Name: "Europe", Description: "A", Groups: []rbac.GUID{lyonDevices}}),
		step(with("EUROPE", "A", lyonDevices), "name", intune.ScopeTag{Name: "EUROPE", Description: "A", Groups: []rbac.GUID{lyonDevices}}),
		step(with("EUROPE", "B", lyonDevices), "description", intune.ScopeTag{Name: "EUROPE", Description: "B", Groups: []rbac.GUID{lyonDevices}}),
		step(with("EUROPE", "B", lyonDevices, dallasDevices), "groups", intune.ScopeTag{Name: "EUROPE", Description: "B", Groups: []rbac.GUID{lyonDevices, dallasDevices}}),
	)
}

func TestAccIntuneScopeTag_casingOrderAndRepetitionOfGroupsAreNoChange(t *testing.T) {
	tn := newTenant(t)
	with := func(groups ...string) string { return scopeTagConfig("groups = " + hcl(groups)) }
	tn.test(t,
		resource.TestStep{
			Config: with(strings.ToUpper(lyonDevices), lyonDevices, dallasDevices),
			Check:  tn.check(wantScopeTags(intune.ScopeTag{Name: "EMEA", Groups: []rbac.GUID{lyonDevices, dallasDevices}})),
		},
		noChange(with(dallasDevices, lyonDevices)),
		noChange(with(strings.ToUpper(dallasDevices), "{"+lyonDevices+"}")),
	)
}

func TestAccIntuneScopeTag_isImportedByIDAndByName(t *testing.T) {
	tn := newTenant(t)
	tn.test(t,
		resource.TestStep{
			Config:            scopeTagConfig(`description = "Europe."`, "groups = "+hcl([]string{lyonDevices})),
			ConfigStateChecks: []statecheck.StateCheck{whole(scopeTagAddress, state{"id": "1", "name": "EMEA", "description": "Europe.", "groups": []string{lyonDevices}, "timeouts": nil})},
		},
		imported(scopeTagAddress, "1"),
		imported(scopeTagAddress, "name:EMEA"),
		imported(scopeTagAddress, "name:emea"),
		importedByBlock(scopeTagAddress, "1"),
		importedByBlock(scopeTagAddress, "name:EMEA"),
	)
}

func TestAccIntuneScopeTag_importOfATagMadeElsewhereThenPlansNothing(t *testing.T) {
	tn := newTenant(t)
	tn.test(t, resource.TestStep{
		PreConfig: tn.change(t, func(ctx context.Context, b backend.Backend) error {
			_, err := b.Intune.CreateScopeTag(ctx, intune.ScopeTag{Name: "EMEA", Groups: []rbac.GUID{lyonDevices}})
			return err
		}),
		Config:           "import {\n  to = " + scopeTagAddress + "\n  id = \"name:EMEA\"\n}\n" + scopeTagConfig("groups = "+hcl([]string{strings.ToUpper(lyonDevices)})),
		ConfigPlanChecks: nothing(),
	})
}

func TestAccIntuneScopeTag_garbageImportIDsGetASentence(t *testing.T) {
	tn := newTenant(t)
	const form = `is no ID to import by. It is the tag's ID, which is a number, or "name:" and its display name.`
	no := func(id string, sentences ...string) resource.TestStep {
		return notImported(scopeTagConfig(), scopeTagAddress, id, append([]string{"Cannot import Intune scope tag"}, sentences...)...)
	}
	const builtIn = "is the tag that Intune keeps for objects without a tag. It can't be managed"
	tn.test(t,
		no("rubbish", `"rubbish" `+form),
		no("-1", `"-1" `+form),
		no("name:", `"name:" `+form),
		no("99999999999", `"99999999999" `+form),
		no("7", `There is no scope tag with the ID "7".`),
		no("name:Defalt", `No scope tag is named "Defalt" in this tenant.`, `Did you mean "Default"?`),
		no("0", `"Default" `+builtIn, "Rule: intune_default_scope_tag"),
		no("name:default", `"Default" `+builtIn),
		resource.TestStep{Config: scopeTagConfig()},
	)
}

func TestAccIntuneScopeTag_isMadeAgainWhenItIsGone(t *testing.T) {
	tn := newTenant(t)
	tn.test(t,
		resource.TestStep{Config: scopeTagConfig()},
		resource.TestStep{
			PreConfig: tn.change(t, deleteTags), Config: scopeTagConfig(),
			ConfigPlanChecks: before(scopeTagAddress, plancheck.ResourceActionCreate),
			Check:            tn.check(wantScopeTags(intune.ScopeTag{Name: "EMEA"})),
		},
	)
}

func TestAccIntuneScopeTag_outOfBandChangesAreSeenAndPutRight(t *testing.T) {
	tn := newTenant(t)
	config := scopeTagConfig(`description = "Europe."`, "groups = "+hcl([]string{lyonDevices}))
	step := func(attribute string, change func(*intune.ScopeTag)) resource.TestStep {
		return resource.TestStep{
			PreConfig: tn.change(t, changeTag(change)), Config: config,
			ConfigPlanChecks: wants(changes(scopeTagAddress, plancheck.ResourceActionUpdate, attribute)),
			Check:            tn.check(wantScopeTags(intune.ScopeTag{Name: "EMEA", Description: "Europe.", Groups: []rbac.GUID{lyonDevices}})),
		}
	}
	tn.test(t,
		resource.TestStep{Config: config},
		step("name", func(tag *intune.ScopeTag) { tag.Name = "Somebody's" }),
		step("description", func(tag *intune.ScopeTag) { tag.Description = "" }),
		step("groups", func(tag *intune.ScopeTag) { tag.Groups = []rbac.GUID{} }),
		step("groups", func(tag *intune.ScopeTag) { tag.Groups = []rbac.GUID{lyonDevices, dallasDevices} }),
	)
}

// Each optional attribute {left out, empty, set} × {create, update, import}.
func TestAccIntuneScopeTag_optionalAttributesLeftOutEmptyAndSet(t *testing.T) {
	t.Parallel()
	const (
		leftOut = ""
		empty   = "description = \"\"\n  groups = []"
	)
	set := "description = \"Europe.\"\n  groups = " + hcl([]string{lyonDevices})
	none, both := intune.ScopeTag{Name: "EMEA"}, intune.ScopeTag{Name: "EMEA", Description: "Europe.", Groups: []rbac.GUID{lyonDevices}}
	kept := intune.ScopeTag{Name: "EMEA", Groups: []rbac.GUID{lyonDevices}} // groups that are not managed stay
	type step struct {
		lines string
		want  intune.ScopeTag
	}
	for first, chain := range map[string][]step{
		"left out": {{leftOut, none}, {set, both}, {leftOut, kept}, {empty, none}},
		"empty":    {{empty, none}, {set, both}, {empty, none}, {leftOut, none}},
		"set":      {{set, both}, {leftOut, kept}},
	} {
		t.Run(first+" at first", func(t *testing.T) {
			tn := newTenant(t)
			var steps []resource.TestStep
			for _, s := range chain {
				steps = append(steps, resource.TestStep{Config: scopeTagConfig(s.lines), Check: tn.check(wantScopeTags(s.want))}, imported(scopeTagAddress, "1"))
			}
			tn.test(t, steps...)
		})
	}
}

func TestAccIntuneScopeTag_groupsThatAreNotManagedNeverDrift(t *testing.T) {
	tn := newTenant(t)
	tn.test(t,
		resource.TestStep{Config: scopeTagConfig()},
		resource.TestStep{
			PreConfig: tn.change(t, changeTag(func(tag *intune.ScopeTag) { tag.Groups = []rbac.GUID{dallasDevices} })),
			Config:    scopeTagConfig(), ConfigPlanChecks: nothing(),
		},
		resource.TestStep{
			Config:           scopeTagConfig(`description = "Europe."`),
			ConfigPlanChecks: wants(changes(scopeTagAddress, plancheck.ResourceActionUpdate, "description")),
			Check:            tn.check(wantScopeTags(intune.ScopeTag{Name: "EMEA", Description: "Europe.", Groups: []rbac.GUID{dallasDevices}})),
		},
	)
}

func TestAccIntuneScopeTag_replacingEndsWithOneTag(t *testing.T) {
	tn := newTenant(t)
	t.Parallel()
	one := tn.check(wantScopeTags(intune.ScopeTag{Name: "EMEA"}))
	terraform := tn.terraform(t, scopeTagConfig())
	terraform.run("apply", "-auto-approve")
	terraform.run("apply", "-auto-approve", "-replace="+scopeTagAddress).says("1 added, 0 changed, 1 destroyed")
	tn.want(t, one)
	terraform.run("taint", scopeTagAddress)
	terraform.run("apply", "-auto-approve").says("1 added, 0 changed, 1 destroyed")
	tn.want(t, one)
	terraform.write(scopeTagConfig("lifecycle {", "  create_before_destroy = true", "}"))
	terraform.fails("apply", "-auto-approve", "-replace="+scopeTagAddress).says(`The name "EMEA" belongs to the Intune scope tag`)
	tn.want(t, one)
	terraform.run("plan").says("No changes.")
	terraform.run("destroy", "-auto-approve")
	tn.want(t, tn.check(wantEmpty))
}

func TestAccIntuneScopeTag_deleteOfWhatIsGoneSucceeds(t *testing.T) {
	tn := newTenant(t)
	tn.goneBeforeDelete(t, scopeTagConfig(), deleteTags)
}

func TestAccIntuneScopeTag_oneInUseElsewhereStays(t *testing.T) {
	tn := newTenant(t)
	var role intune.Role
	tn.test(t,
		resource.TestStep{Config: scopeTagConfig(), Check: tn.check(func(ctx context.Context, b backend.Backend) (err error) {
			role, err = b.Intune.CreateRole(ctx, intune.Role{Name: "Somebody's role", Permissions: []string{"Microsoft.Intune_MobileApps_Read"}, ScopeTags: []string{"1"}})
			return err
		})},
		rejected(memory(""), "Scope tag is in use", `The scope tag "EMEA" is still in use when it is destroyed: by "Somebody's role". Change or remove what uses it first.`, "Rule: intune_scope_tag_in_use"),
		resource.TestStep{
			PreConfig: tn.change(t, func(ctx context.Context, b backend.Backend) error {
				return errors.Join(wantScopeTags(intune.ScopeTag{Name: "EMEA"})(ctx, b), b.Intune.DeleteRole(ctx, role.ID))
			}),
			Config: memory(""), Check: tn.check(wantEmpty),
		},
	)
}

// Terraform deletes before it updates, unless the tag says otherwise.
func TestAccIntuneScopeTag_takingATagFromARoleAndDeletingItInOneRun(t *testing.T) {
	tn := newTenant(t)
	t.Parallel()
	tag := func(lifecycle string) string {
		return "resource \"rbac_intune_scope_tag\" \"test\" {\n  name = \"EMEA\"\n" + lifecycle + "}\n"
	}
	holder, without := intuneRoleConfig("scope_tags = ["+scopeTagAddress+".id]"), intuneRoleConfig("scope_tags = []")
	terraform := tn.terraform(t, holder+tag(""))
	terraform.run("apply", "-auto-approve")
	terraform.write(without)
	terraform.fails("apply", "-auto-approve").says("Cannot delete Intune scope tag", `The scope tag "EMEA" is in use by 1 role: "App viewer".`,
		"apply that change before the tag is removed", "create_before_destroy")
	tn.want(t, tn.check(wantScopeTags(intune.ScopeTag{Name: "EMEA"})))
	terraform.write(without + tag(""))
	terraform.run("apply", "-auto-approve").says("0 added, 1 changed, 0 destroyed")
	terraform.write(without)
	terraform.run("apply", "-auto-approve").says("0 added, 0 changed, 1 destroyed")

	terraform.write(holder + tag("  lifecycle {\n    create_before_destroy = true\n  }\n"))
	terraform.run("apply", "-auto-approve").says("1 added, 1 changed, 0 destroyed")
	terraform.write(without)
	terraform.run("apply", "-auto-approve").says("0 added, 1 changed, 1 destroyed")
	tn.want(t, tn.check(wantScopeTags()))
	terraform.run("destroy", "-auto-approve")
}

// A block under another name, with no moved block, is a delete and a create
// that Terraform runs in any order.
func TestAccIntuneScopeTag_aBlockUnderAnotherNameEndsWithOneTag(t *testing.T) {
	tn := newTenant(t)
	t.Parallel()
	renamed := strings.Replace(scopeTagConfig(), `"test"`, `"other"`, 1)
	terraform := tn.terraform(t, scopeTagConfig())
	terraform.run("apply", "-auto-approve")
	terraform.write(renamed)
	if out, err := terraform.command("apply", "-auto-approve"); err != nil { // the create came first
		out.says("Cannot create Intune scope tag", `The name "EMEA" belongs to the Intune scope tag 1.`)
		terraform.run("apply", "-auto-approve")
	}
	tn.want(t, tn.check(wantScopeTags(intune.ScopeTag{Name: "EMEA"})))
	terraform.run("plan").says("No changes.")

	terraform.write(scopeTagConfig() + "moved {\n  from = rbac_intune_scope_tag.other\n  to   = rbac_intune_scope_tag.test\n}\n")
	terraform.run("apply", "-auto-approve").says("0 added, 0 changed, 0 destroyed")
	tn.want(t, tn.check(wantScopeTags(intune.ScopeTag{Name: "EMEA"})))
}

func TestAccIntuneScopeTag_aNameThatIsTakenIsRefused(t *testing.T) {
	tn := newTenant(t)
	twin := strings.Replace(block("rbac_intune_scope_tag", `name = "emea"`), `"test"`, `"twin"`, 1)
	tn.test(t,
		resource.TestStep{Config: scopeTagConfig()},
		rejected(scopeTagConfig()+twin, "Scope tag name is taken", "Two resources of this plan are the same Intune scope tag.", "Rule: intune_scope_tag_name_unique"),
		resource.TestStep{Config: scopeTagConfig(), Check: tn.check(wantScopeTags(intune.ScopeTag{Name: "EMEA"}))},
	)
}

func TestAccIntuneScopeTag_groupsMustBeSecurityGroupsOfTheDirectoryFile(t *testing.T) {
	tn := newTenant(t, `{
  "users":  [{"id": "`+aPrincipal+`", "display_name": "Alain", "user_principal_name": "alain@example.com"}],
  "groups": [{"id": "`+lyonDevices+`", "display_name": "Lyon devices", "security_enabled": true}]
}`)
	tn.test(t,
		rejected(scopeTagConfig("groups = "+hcl([]string{dallasDevices})), "Cannot create Intune scope tag", "There is no group "+dallasDevices+" in the directory."),
		rejected(scopeTagConfig("groups = "+hcl([]string{aPrincipal})), "Cannot create Intune scope tag", `the user "Alain", not a group.`),
		resource.TestStep{Config: scopeTagConfig("groups = " + hcl([]string{lyonDevices}))},
	)
}

func TestAccIntuneScopeTag_whatTheConfigurationAloneDecidesIsRefusedWhilePlanning(t *testing.T) {
	tn := newTenant(t)
	tn.test(t,
		rejected(memory(block("rbac_intune_scope_tag", `name = " "`)), "Invalid Intune name", "The name is empty. A scope tag needs a display name."),
		rejected(memory(block("rbac_intune_scope_tag", `name = "default"`)), "Default scope tag", "choose another name"),
		rejected(scopeTagConfig(`groups = ["Lyon devices"]`), "Invalid group ID", `"Lyon devices" is no GUID. The object ID of a group`),
		resource.TestStep{Config: scopeTagConfig("groups = null", "description = null")},
	)
}
