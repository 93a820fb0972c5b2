// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
)

const (
	entraAssignmentAddress = "rbac_entra_role_assignment.test"

	helpdeskAdministrator = "729827e3-9c14-49f7-bb1b-9608f156bbb8"
	intuneAdministrator   = "3a2c62db-5318-420d-8d74-23affee5d9d5"
	aPrincipal            = "f8ca5a85-489a-49a0-b555-0a6d81e56f0d"
	anotherPrincipal      = "0c1f5a3e-6b7d-4e2a-9f10-8d2b4c6e7a91"
	anUnit                = "5d107bba-d8e2-4e13-b6ae-884be90e5d1a"
	anApplication         = "c5c0d7a4-0f5e-4c7b-9a64-27a1b0d3e8f2"

	// Base64 of the bytes of Helpdesk Administrator, the principal and, in the
	// second one, the unit.
	helpdeskID       = "4yeYchSc90m7G5YI8Va7uIVayviaSKBJtVUKbYHlbw0-1"
	helpdeskAtUnitID = "4yeYchSc90m7G5YI8Va7uIVayviaSKBJtVUKbYHlbw26exBd4tgTTrauiEvpDl0a-1"
)

// entraAssignmentConfig assigns a role, with more lines.
func entraAssignmentConfig(role, principal string, lines ...string) string {
	return memory(block("rbac_entra_role_assignment", append([]string{`role = "` + role + `"`, `principal_id = "` + principal + `"`}, lines...)...))
}

func atScope(scope string) string { return `directory_scope = "` + scope + `"` }

// wantEntraAssignments wants exactly these assignments in the tenant.
func wantEntraAssignments(want ...entra.Assignment) func(context.Context, backend.Backend) error {
	return func(ctx context.Context, b backend.Backend) error {
		got, err := b.Entra.Assignments(ctx, entra.AssignmentFilter{})
		if err == nil && !(len(got) == 0 && len(want) == 0) && !reflect.DeepEqual(got, want) {
			err = fmt.Errorf("the tenant has the assignments %+v, want %+v", got, want)
		}
		return err
	}
}

func helpdeskAtUnit() entra.Assignment {
	return entra.Assignment{ID: helpdeskAtUnitID, RoleID: helpdeskAdministrator, PrincipalID: aPrincipal, DirectoryScope: "/administrativeUnits/" + anUnit}
}

func helpdesk() entra.Assignment {
	return entra.Assignment{ID: helpdeskID, RoleID: helpdeskAdministrator, PrincipalID: aPrincipal, DirectoryScope: "/"}
}

func TestAccEntraRoleAssignment_aBuiltInRoleAtAnAdministrativeUnit(t *testing.T) {
	tn := newTenant(t)
	tn.test(t, resource.TestStep{
		Config: entraAssignmentConfig("Helpdesk Administrator", aPrincipal, atScope("/administrativeUnits/"+anUnit)),
		ConfigPlanChecks: before(entraAssignmentAddress, plancheck.ResourceActionCreate,
			known(entraAssignmentAddress, "role_definition_id", helpdeskAdministrator), known(entraAssignmentAddress, "role_name", "Helpdesk Administrator")),
		ConfigStateChecks: []statecheck.StateCheck{whole(entraAssignmentAddress, state{
			"id": helpdeskAtUnitID, "role": "Helpdesk Administrator", "role_definition_id": helpdeskAdministrator, "role_name": "Helpdesk Administrator",
			"principal_id": aPrincipal, "directory_scope": "/administrativeUnits/" + anUnit, "app_scope": nil, "timeouts": nil,
		})},
		Check: tn.check(wantEntraAssignments(helpdeskAtUnit())),
	})
}

func TestAccEntraRoleAssignment_everySpellingOfTheRoleIsNoChange(t *testing.T) {
	tn := newTenant(t)
	with := func(role string) string { return entraAssignmentConfig(role, aPrincipal) }
	tn.test(t,
		resource.TestStep{Config: with("Intune Administrator")},
		noChange(with("INTUNE administrator")),
		noChange(with("Intune Service Administrator")), // in the API, and formerly
		noChange(with(intuneAdministrator)),
		noChange(with(strings.ToUpper(intuneAdministrator))),
		noChange(with("{"+intuneAdministrator+"}")),
	)
}

func TestAccEntraRoleAssignment_everySpellingOfTheRoleMakesTheSameAssignment(t *testing.T) {
	t.Parallel()
	for name, role := range map[string]string{
		"name in the API": "Intune Service Administrator", "name in upper case": "INTUNE ADMINISTRATOR",
		"present name": "Intune Administrator", "upper case ID": strings.ToUpper(intuneAdministrator),
	} {
		t.Run(name, func(t *testing.T) {
			tn := newTenant(t)
			tn.test(t, resource.TestStep{
				Config: entraAssignmentConfig(role, aPrincipal),
				ConfigStateChecks: []statecheck.StateCheck{part(entraAssignmentAddress, state{
					"role": role, "role_definition_id": intuneAdministrator, "role_name": "Intune Administrator",
				})},
			})
		})
	}
}

func TestAccEntraRoleAssignment_everySpellingOfScopeAndPrincipalIsNoChange(t *testing.T) {
	tn := newTenant(t)
	with := func(principal, scope string) string {
		return entraAssignmentConfig(helpdeskAdministrator, principal, atScope(scope))
	}
	tn.test(t,
		resource.TestStep{
			Config: with(aPrincipal, "/directory/administrativeUnits/"+anUnit),
			Check:  tn.check(wantEntraAssignments(helpdeskAtUnit())),
		},
		noChange(with(aPrincipal, "/administrativeUnits/"+anUnit)),
		noChange(with(aPrincipal, "/ADMINISTRATIVEUNITS/"+strings.ToUpper(anUnit))),
		noChange(with(strings.ToUpper(aPrincipal), "/Directory/AdministrativeUnits/"+anUnit)),
	)
}

func TestAccEntraRoleAssignment_anotherRolePrincipalOrScopeReplacesAndNothingElse(t *testing.T) {
	tn := newTenant(t)
	unit, object := atScope("/administrativeUnits/"+anUnit), atScope("/"+anApplication)
	const catalogScope = `app_scope = "/AccessPackageCatalog/` + anApplication + `"`
	step := func(config string, want func(entra.Assignment) bool, because ...string) resource.TestStep {
		return resource.TestStep{
			Config: config, ConfigPlanChecks: wants(replaces(entraAssignmentAddress, because...)),
			Check: tn.check(func(ctx context.Context, b backend.Backend) error {
				got, err := b.Entra.Assignments(ctx, entra.AssignmentFilter{})
				if len(got) != 1 || !want(got[0]) {
					err = errors.Join(err, fmt.Errorf("the tenant has %+v", got))
				}
				return err
			}),
		}
	}
	tn.test(t,
		resource.TestStep{Config: entraAssignmentConfig("Helpdesk Administrator", aPrincipal), Check: tn.check(wantEntraAssignments(helpdesk()))},
		noChange(entraAssignmentConfig("Helpdesk Administrator", aPrincipal, atScope("/"))),
		resource.TestStep{
			Config:           entraAssignmentConfig("Helpdesk Administrator", aPrincipal, `timeouts = { create = "1m", read = "1m", delete = "1m" }`),
			ConfigPlanChecks: wants(changes(entraAssignmentAddress, plancheck.ResourceActionUpdate, "timeouts")),
			Check:            tn.check(wantEntraAssignments(helpdesk())),
		},
		step(entraAssignmentConfig("Helpdesk Administrator", aPrincipal, unit), func(a entra.Assignment) bool { return a == helpdeskAtUnit() }, "directory_scope"),
		step(entraAssignmentConfig("Helpdesk Administrator", anotherPrincipal, unit), func(a entra.Assignment) bool { return a.PrincipalID == anotherPrincipal }, "principal_id"),
		step(entraAssignmentConfig("Intune Administrator", anotherPrincipal, unit), func(a entra.Assignment) bool { return a.RoleID == intuneAdministrator }, "role"),
		step(entraAssignmentConfig("Intune Administrator", anotherPrincipal, object), func(a entra.Assignment) bool { return a.DirectoryScope == "/"+anApplication }, "directory_scope"),
		step(entraAssignmentConfig("Intune Administrator", anotherPrincipal), func(a entra.Assignment) bool { return a.DirectoryScope == "/" }, "directory_scope"),
		step(entraAssignmentConfig("Intune Administrator", anotherPrincipal, catalogScope), func(a entra.Assignment) bool {
			return a.DirectoryScope == "" && a.AppScope == "/AccessPackageCatalog/"+anApplication
		}, "app_scope", "directory_scope"),
		noChange(entraAssignmentConfig("Intune Administrator", anotherPrincipal, `app_scope = "/ACCESSPACKAGECATALOG/`+strings.ToUpper(anApplication)+`"`)),
		step(entraAssignmentConfig("Intune Administrator", anotherPrincipal, atScope("/")), func(a entra.Assignment) bool { return a.DirectoryScope == "/" && a.AppScope == "" }, "app_scope", "directory_scope"),
	)
}

func TestAccEntraRoleAssignment_anAppScopeStandsInsteadOfADirectoryScope(t *testing.T) {
	tn := newTenant(t)
	tn.test(t,
		resource.TestStep{
			Config: entraAssignmentConfig("Helpdesk Administrator", aPrincipal, `app_scope = "/AccessPackageCatalog/`+anUnit+`"`),
			ConfigStateChecks: []statecheck.StateCheck{whole(entraAssignmentAddress, state{
				"id": helpdeskAtUnitID, "role": "Helpdesk Administrator", "role_definition_id": helpdeskAdministrator, "role_name": "Helpdesk Administrator",
				"principal_id": aPrincipal, "directory_scope": nil, "app_scope": "/AccessPackageCatalog/" + anUnit, "timeouts": nil,
			})},
			Check: tn.check(wantEntraAssignments(entra.Assignment{ID: helpdeskAtUnitID, RoleID: helpdeskAdministrator, PrincipalID: aPrincipal, AppScope: "/AccessPackageCatalog/" + anUnit})),
		},
		imported(entraAssignmentAddress, helpdeskAtUnitID),
	)
}

func TestAccEntraRoleAssignment_anAppScopeThatIsNotKnownYetIsPlanned(t *testing.T) {
	tn := newTenant(t)
	tn.test(t, resource.TestStep{
		Config: "resource \"terraform_data\" \"catalog\" {\n  input = \"/AccessPackageCatalog/" + anUnit + "\"\n}\n" +
			memory(block("rbac_entra_role_assignment", `role = "Helpdesk Administrator"`, `principal_id = "`+aPrincipal+`"`, "app_scope = terraform_data.catalog.output")),
		ConfigStateChecks: []statecheck.StateCheck{part(entraAssignmentAddress, state{"directory_scope": nil, "app_scope": "/AccessPackageCatalog/" + anUnit})},
	})
}

func TestAccEntraRoleAssignment_isImportedByIDAndByWhatItBinds(t *testing.T) {
	tn := newTenant(t)
	tn.test(t,
		resource.TestStep{Config: entraAssignmentConfig("Helpdesk Administrator", aPrincipal, atScope("/administrativeUnits/"+anUnit))},
		imported(entraAssignmentAddress, helpdeskAtUnitID),
		imported(entraAssignmentAddress, "Helpdesk Administrator|"+aPrincipal+"|/administrativeUnits/"+anUnit),
		imported(entraAssignmentAddress, strings.ToUpper(helpdeskAdministrator)+"|"+strings.ToUpper(aPrincipal)+"|/directory/administrativeUnits/"+strings.ToUpper(anUnit)),
		importedByBlock(entraAssignmentAddress, helpdeskAtUnitID),
		importedByBlock(entraAssignmentAddress, "helpdesk administrator|"+aPrincipal+"|/administrativeUnits/"+anUnit),
	)
}

func TestAccEntraRoleAssignment_importOfOneMadeElsewhereThenPlansNothing(t *testing.T) {
	tn := newTenant(t)
	tn.test(t, resource.TestStep{
		PreConfig: tn.change(t, func(ctx context.Context, b backend.Backend) error {
			_, err := b.Entra.CreateAssignment(ctx, entra.Assignment{RoleID: intuneAdministrator, PrincipalID: aPrincipal, DirectoryScope: "/administrativeUnits/" + anUnit})
			return err
		}),
		Config: `
import {
  to = rbac_entra_role_assignment.test
  id = "Intune Service Administrator|` + aPrincipal + `|/administrativeUnits/` + anUnit + `"
}
` + entraAssignmentConfig("intune service administrator", strings.ToUpper(aPrincipal), atScope("/directory/administrativeUnits/"+anUnit)),
		ConfigPlanChecks: nothing(),
	})
}

func TestAccEntraRoleAssignment_garbageImportIDsGetASentence(t *testing.T) {
	tn := newTenant(t)
	config := entraAssignmentConfig("Helpdesk Administrator", aPrincipal)
	no := func(id string, sentences ...string) resource.TestStep {
		return notImported(config, entraAssignmentAddress, id, append([]string{"Cannot import Entra role assignment"}, sentences...)...)
	}
	const form = `It is the ID of an assignment that exists in this tenant, or "ROLE|PRINCIPAL_ID|DIRECTORY_SCOPE".`
	tn.test(t,
		no("rubbish", `"rubbish" is no ID to import by.`, form),
		no(helpdeskID, "is no ID to import by.", form),
		no("a|b", `"a|b" is no ID to import by.`, form),
		no("a|b|c|d", `"a|b|c|d" is no ID to import by.`, form),
		no("|"+aPrincipal+"|/", "The role is empty."),
		no("Helpdesk Administratr|"+aPrincipal+"|/", `No Entra role is named "Helpdesk Administratr" in this tenant.`, `Did you mean "Helpdesk Administrator"?`),
		no(anotherGUID+"|"+aPrincipal+"|/", words("There is no Entra role "+anotherGUID+".", "Resource '"+anotherGUID+"' does not exist or one of its queried reference-property objects are not present.")),
		no("Helpdesk Administrator|me|/", `"me" is no GUID. The object ID of a principal`),
		no("Helpdesk Administrator|"+aPrincipal+"|everywhere", `"everywhere" is no directory scope.`),
		no("Helpdesk Administrator|"+aPrincipal+"|", `"" is no directory scope.`),
		no("Helpdesk Administrator|"+aPrincipal+"|/", `The role "Helpdesk Administrator" is not assigned to the principal `+aPrincipal+` at the directory scope "/".`),
		resource.TestStep{Config: config},
	)
}

func TestAccEntraRoleAssignment_isMadeAgainWhenItIsGone(t *testing.T) {
	tn := newTenant(t)
	config := entraAssignmentConfig("Helpdesk Administrator", aPrincipal)
	tn.test(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig:        tn.change(t, func(ctx context.Context, b backend.Backend) error { return b.Entra.DeleteAssignment(ctx, helpdeskID) }),
			Config:           config,
			ConfigPlanChecks: before(entraAssignmentAddress, plancheck.ResourceActionCreate),
			Check:            tn.check(wantEntraAssignments(helpdesk())),
		},
	)
}

func TestAccEntraRoleAssignment_deleteOfWhatIsGoneSucceeds(t *testing.T) {
	tn := newTenant(t)
	tn.goneBeforeDelete(t, entraAssignmentConfig("Helpdesk Administrator", aPrincipal), func(ctx context.Context, b backend.Backend) error {
		return b.Entra.DeleteAssignment(ctx, helpdeskID)
	})
}

func TestAccEntraRoleAssignment_oneThatExistsAlreadyIsToBeImported(t *testing.T) {
	tn := newTenant(t)
	tn.test(t,
		resource.TestStep{Config: entraAssignmentConfig("Helpdesk Administrator", aPrincipal)},
		rejected(entraAssignmentConfig("Helpdesk Administrator", aPrincipal)+strings.Replace(
			block("rbac_entra_role_assignment", `role = "`+helpdeskAdministrator+`"`, `principal_id = "`+aPrincipal+`"`), `"test"`, `"twin"`, 1),
			// The plan says so, or the apply if the plan meets the other resource first.
			"principal "+aPrincipal, `at "/" already.`, "to = rbac_entra_role_assignment.NAME", `id = "`+helpdeskID+`"`),
		resource.TestStep{Config: entraAssignmentConfig("Helpdesk Administrator", aPrincipal), Check: tn.check(wantEntraAssignments(helpdesk()))},
	)
}

func TestAccEntraRoleAssignment_replacingEndsWithOneAssignment(t *testing.T) {
	tn := newTenant(t)
	t.Parallel()
	one := tn.check(wantEntraAssignments(helpdesk()))
	config := entraAssignmentConfig("Helpdesk Administrator", aPrincipal)
	terraform := tn.terraform(t, config)
	terraform.run("apply", "-auto-approve")
	terraform.run("apply", "-auto-approve", "-replace="+entraAssignmentAddress).says("1 added, 0 changed, 1 destroyed")
	tn.want(t, one)
	terraform.run("taint", entraAssignmentAddress)
	terraform.run("apply", "-auto-approve").says("1 added, 0 changed, 1 destroyed")
	tn.want(t, one)

	// Before the old one is gone, the new one can't be made: it is the same.
	terraform.write(entraAssignmentConfig("Helpdesk Administrator", aPrincipal, "lifecycle {", "  create_before_destroy = true", "}"))
	terraform.fails("apply", "-auto-approve", "-replace="+entraAssignmentAddress).says("Entra role assignment exists", `at "/" already.`)
	tn.want(t, one)
	terraform.run("plan").says("No changes.")
	terraform.write(entraAssignmentConfig("Helpdesk Administrator", aPrincipal, atScope("/administrativeUnits/"+anUnit), "lifecycle {", "  create_before_destroy = true", "}"))
	terraform.run("apply", "-auto-approve").says("1 added, 0 changed, 1 destroyed")
	tn.want(t, tn.check(wantEntraAssignments(helpdeskAtUnit())))
	terraform.run("destroy", "-auto-approve")
	tn.want(t, tn.check(wantEmpty))
}

// roleAndAssignment is a custom role and its assignment.
func roleAndAssignment(role, name string, lines ...string) string {
	return memory(`
resource "rbac_entra_custom_role" "test" {
  name        = "` + name + `"
  template_id = "` + entraRoleGUID + `"
  permissions = ["` + appStandardRead + `"]
}
` + block("rbac_entra_role_assignment", append([]string{"role = " + role, `principal_id = "` + aPrincipal + `"`}, lines...)...))
}

func TestAccEntraRoleAssignment_ofARoleOfTheSamePlan(t *testing.T) {
	t.Parallel()
	for name, role := range map[string]string{
		"by its ID": entraRoleAddress + ".id", "by its name": entraRoleAddress + ".name",
		"by a name that is written out": `"app reader"` + "\n  depends_on = [" + entraRoleAddress + "]",
	} {
		t.Run(name, func(t *testing.T) {
			tn := newTenant(t)
			tn.test(t,
				resource.TestStep{
					Config: roleAndAssignment(role, "App Reader"),
					ConfigStateChecks: []statecheck.StateCheck{
						part(entraAssignmentAddress, state{"role_definition_id": entraRoleGUID, "role_name": "App Reader", "directory_scope": "/"}),
					},
				},
				resource.TestStep{ // the role goes, and its assignment with it
					PreConfig:        tn.change(t, func(ctx context.Context, b backend.Backend) error { return b.Entra.DeleteRole(ctx, entraRoleGUID) }),
					Config:           roleAndAssignment(role, "App Reader"),
					ConfigPlanChecks: before(entraAssignmentAddress, plancheck.ResourceActionCreate, plancheck.ExpectResourceAction(entraRoleAddress, plancheck.ResourceActionCreate)),
				},
			)
		})
	}
}

func TestAccEntraRoleAssignment_renamingItsRoleReplacesNothing(t *testing.T) {
	t.Parallel()
	for name, role := range map[string]string{"by its ID": entraRoleAddress + ".id", "by its name": entraRoleAddress + ".name"} {
		t.Run(name, func(t *testing.T) {
			tn := newTenant(t)
			tn.test(t,
				resource.TestStep{Config: roleAndAssignment(role, "App Reader")},
				resource.TestStep{
					Config: roleAndAssignment(role, "Reader of Apps"),
					ConfigPlanChecks: wants(changes(entraRoleAddress, plancheck.ResourceActionUpdate, "name"),
						neither(entraAssignmentAddress, plancheck.ResourceActionReplace, plancheck.ResourceActionCreate, plancheck.ResourceActionDestroy)),
					Check: tn.check(func(ctx context.Context, b backend.Backend) error {
						got, err := b.Entra.Assignments(ctx, entra.AssignmentFilter{RoleID: entraRoleGUID, PrincipalID: aPrincipal})
						if len(got) != 1 {
							err = errors.Join(err, fmt.Errorf("the tenant has %+v", got))
						}
						return err
					}),
				},
				resource.TestStep{ // and renamed elsewhere: the assignment is of the same role still
					PreConfig: tn.change(t, func(ctx context.Context, b backend.Backend) error {
						_, err := b.Entra.UpdateRole(ctx, entra.Role{ID: entraRoleGUID, Name: "Elsewhere", Enabled: true, Permissions: []string{appStandardRead}})
						return err
					}),
					Config: roleAndAssignment(role, "Reader of Apps"),
					ConfigPlanChecks: wants(changes(entraRoleAddress, plancheck.ResourceActionUpdate, "name"),
						neither(entraAssignmentAddress, plancheck.ResourceActionReplace, plancheck.ResourceActionCreate, plancheck.ResourceActionDestroy)),
				},
			)
		})
	}
}

func TestAccEntraRoleAssignment_aCustomRoleGoesBeforeAFormerNameOfABuiltInOne(t *testing.T) {
	tn := newTenant(t)
	tn.test(t, resource.TestStep{
		PreConfig: tn.change(t, func(ctx context.Context, b backend.Backend) error {
			_, err := b.Entra.CreateRole(ctx, entra.Role{ID: entraRoleGUID, Name: "Device Administrators", Enabled: true, Permissions: []string{appStandardRead}})
			return err
		}),
		Config:            entraAssignmentConfig("Device Administrators", aPrincipal),
		ConfigStateChecks: []statecheck.StateCheck{part(entraAssignmentAddress, state{"role_definition_id": entraRoleGUID, "role_name": "Device Administrators"})},
	}, resource.TestStep{
		Config: memory(""),
		Check:  tn.check(func(ctx context.Context, b backend.Backend) error { return b.Entra.DeleteRole(ctx, entraRoleGUID) }),
	})
}

func TestAccEntraRoleAssignment_aNameThatSeveralRolesHaveIsRefused(t *testing.T) {
	tn := newTenant(t)
	tn.test(t, resource.TestStep{
		PreConfig: tn.change(t, func(ctx context.Context, b backend.Backend) error {
			_, err := b.Entra.CreateRole(ctx, entra.Role{ID: entraRoleGUID, Name: "helpdesk administrator", Enabled: true, Permissions: []string{appStandardRead}})
			return err
		}),
		Config:      entraAssignmentConfig("Helpdesk Administrator", aPrincipal),
		ExpectError: says(`Several Entra roles are named "Helpdesk Administrator"`, entraRoleGUID, helpdeskAdministrator, "Use the ID of the one that is meant."),
	}, resource.TestStep{
		Config: entraAssignmentConfig(helpdeskAdministrator, aPrincipal), Check: tn.check(wantEntraAssignments(helpdesk())),
	}, resource.TestStep{
		Config: memory(""), Check: tn.check(func(ctx context.Context, b backend.Backend) error { return b.Entra.DeleteRole(ctx, entraRoleGUID) }),
	})
}

func TestAccEntraRoleAssignment_aRoleThatCanNotBeAssignedIsRefused(t *testing.T) {
	tn := newTenant(t)
	const refusal = "Cannot create Entra role assignment"
	tn.test(t,
		rejected(entraAssignmentConfig("Helpdesk Adminstrator", aPrincipal), "Unknown Entra role", `No Entra role is named "Helpdesk Adminstrator" in this tenant.`, `Did you mean "Helpdesk Administrator"?`, "Rule: entra_assignment_role_exists"),
		rejected(entraAssignmentConfig(anotherGUID, aPrincipal), refusal, "There is no Entra role "+anotherGUID+"."),
		resource.TestStep{
			PreConfig: tn.change(t, func(ctx context.Context, b backend.Backend) error {
				_, err := b.Entra.CreateRole(ctx, entra.Role{ID: entraRoleGUID, Name: "App Reader", Permissions: []string{appStandardRead}})
				return err
			}),
			Config:      entraAssignmentConfig("App Reader", aPrincipal),
			ExpectError: says(refusal, `The role "App Reader" is disabled.`, "enable it first"),
		},
		resource.TestStep{
			Config: entraAssignmentConfig("Helpdesk Administrator", aPrincipal),
			Check:  tn.check(func(ctx context.Context, b backend.Backend) error { return b.Entra.DeleteRole(ctx, entraRoleGUID) }),
		},
	)
}

func TestAccEntraRoleAssignment_whoAndWhereMustBeInTheDirectoryFile(t *testing.T) {
	tn := newTenant(t, `{
  "users":  [{"id": "`+aPrincipal+`", "display_name": "Alain", "user_principal_name": "alain@example.com"}],
  "groups": [{"id": "`+anotherPrincipal+`", "display_name": "Help desk", "security_enabled": true},
             {"id": "`+anotherGUID+`", "display_name": "Identity operators", "security_enabled": true, "role_assignable": true}],
  "administrative_units": [{"id": "`+anUnit+`", "display_name": "Lyon plant"}]
}`)
	const refusal = "Cannot create Entra role assignment"
	tn.test(t,
		rejected(entraAssignmentConfig("Helpdesk Administrator", anotherPrincipal), "Group can't hold Entra roles", "principal_id",
			`The group "Help desk" (`+anotherPrincipal+`) is not role-assignable, so it can't hold an Entra role.`, "use another group.", "Rule: entra_group_role_assignable"),
		rejected(entraAssignmentConfig("Helpdesk Administrator", anApplication), "Unknown principal", "principal_id", "The directory has no object "+anApplication+".", "Rule: entra_principal_exists"),
		rejected(entraAssignmentConfig("Helpdesk Administrator", aPrincipal, atScope("/administrativeUnits/"+anApplication)), refusal, "There is no object "+anApplication+" in the directory"),
		rejected(entraAssignmentConfig("Helpdesk Administrator", aPrincipal, atScope("/administrativeUnits/"+anotherGUID)), refusal, `not an administrative unit.`),
		resource.TestStep{Config: entraAssignmentConfig("Helpdesk Administrator", anotherGUID, atScope("/administrativeUnits/"+anUnit))},
		resource.TestStep{Config: entraAssignmentConfig("Helpdesk Administrator", aPrincipal), Check: tn.check(wantEntraAssignments(helpdesk()))},
	)
}

func TestAccEntraRoleAssignment_whatTheConfigurationAloneDecidesIsRefusedWhilePlanning(t *testing.T) {
	tn := newTenant(t)
	tn.test(t,
		rejected(entraAssignmentConfig("", aPrincipal), "Invalid role", "The role is empty."),
		rejected(entraAssignmentConfig("Helpdesk Administrator", ""), "Invalid principal ID", `"" is no GUID.`),
		rejected(entraAssignmentConfig("Helpdesk Administrator", "alain@example.com"), "Invalid principal ID", `"alain@example.com" is no GUID. The object ID of a principal`),
		rejected(entraAssignmentConfig("Helpdesk Administrator", aPrincipal, atScope("")), "Invalid directory scope", `"" is no directory scope.`),
		rejected(entraAssignmentConfig("Helpdesk Administrator", aPrincipal, atScope("Lyon plant")), "Invalid directory scope", `"Lyon plant" is no directory scope.`, `"/administrativeUnits/GUID"`),
		rejected(entraAssignmentConfig("Helpdesk Administrator", aPrincipal, `app_scope = ""`), "Invalid app scope", "The app scope is empty", "Leave the attribute out"),
		rejected(entraAssignmentConfig("Helpdesk Administrator", aPrincipal, atScope("/"), `app_scope = "/AccessPackageCatalog/x"`), "directory_scope"),
		rejected(entraAssignmentConfig("Helpdesk Administrator", aPrincipal, `app_scope = "AccessPackageCatalog"`), "is no app scope, which begins with"),
		resource.TestStep{Config: entraAssignmentConfig("Helpdesk Administrator", aPrincipal, "directory_scope = null", "app_scope = null"), Check: tn.check(wantEntraAssignments(helpdesk()))},
	)
}
