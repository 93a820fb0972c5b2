// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/backend/reference"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// world is many resources of all types that exist in a tenant file, with the
// configuration and the state in which Terraform finds nothing to do. State is
// written here rather than by an apply, which writes the whole file once for
// each resource.
type world struct {
	provider string // the block
	blocks   []block
	planned  bool // nothing of it is in state yet
}

type block struct {
	resource string
	config   map[string]any // as written
	computed map[string]any // what state has besides
}

const (
	subscription = "/subscriptions/11111111-1111-1111-1111-111111111111"
	reader       = rbac.GUID("acdd72a7-3385-48ef-bd42-f606fba81ae7")
	helpdesk     = rbac.GUID("729827e3-9c14-49f7-bb1b-9608f156bbb8")
)

func id(kind, i int) rbac.GUID { return rbac.GUID(fmt.Sprintf("%08d-0000-4000-8000-%012d", kind, i)) }

// furnish makes n resources in a tenant file: a quarter Azure roles, a quarter
// Azure assignments, and the rest of the other types.
func furnish(b *testing.B, n int) world {
	b.Helper()
	file := filepath.Join(b.TempDir(), "tenant.db")
	w := world{provider: fmt.Sprintf("provider \"rbac\" {\n  backend = \"local\"\n  local = {\n    path = %q\n  }\n  limits = { %s = %d }\n}\n",
		filepath.ToSlash(file), entra.LimitCustomRoles.Name, n)}
	tenant := open(b, file, rbac.Limits{Raise: map[string]int{entra.LimitCustomRoles.Name: n}})
	ctx, must := b.Context(), must(b)
	add := func(resource string, config, computed map[string]any) {
		w.blocks = append(w.blocks, block{resource: resource, config: config, computed: computed})
	}
	type m = map[string]any
	none := []string{}
	var intuneRole intune.Role
	var tag intune.ScopeTag
	for i := range n {
		switch name := fmt.Sprintf("Number %d", i); i % 8 {
		case 0, 1:
			r := azure.Role{
				ID: azure.DeriveRoleID(name), Name: name, Description: "Starts and restarts machines.", AssignableScopes: []string{subscription},
				Permissions: []azure.Permission{{
					Actions: []string{
						"Microsoft.Compute/*/read", "Microsoft.Compute/virtualMachines/restart/action",
						"Microsoft.Compute/virtualMachines/start/action", "Microsoft.Network/*/read",
					},
					NotActions: []string{"Microsoft.Compute/disks/write"},
				}},
			}
			_, err := tenant.Azure.CreateRole(ctx, r)
			must(err)
			add("rbac_azure_custom_role", m{
				"name": name, "description": r.Description, "actions": r.Permissions[0].Actions, "not_actions": r.Permissions[0].NotActions, "assignable_scopes": r.AssignableScopes,
			}, m{"id": azure.RoleResourceID(r.ID), "role_id": r.ID, "data_actions": none, "not_data_actions": none})
		case 2, 3:
			scope, err := azure.ParseScope(fmt.Sprintf("%s/resourceGroups/rg-%d", subscription, i))
			must(err)
			// Half of a built-in role, half of the custom role before.
			role, roleName := reader, "Reader"
			if i%8 == 3 {
				roleName = fmt.Sprintf("Number %d", i-2)
				role = azure.DeriveRoleID(roleName)
			}
			a := azure.Assignment{
				Scope: scope, RoleID: role, PrincipalID: id(1, i), PrincipalType: azure.PrincipalGroup, Description: "On call.",
				Name: azure.DeriveAssignmentName(scope, role, id(1, i)),
			}
			_, err = tenant.Azure.CreateAssignment(ctx, a)
			must(err)
			w.assignment(a, roleName)
		case 4:
			r := entra.Role{
				ID: entra.DeriveRoleID(name), Name: name, Description: "Looks after applications.", Enabled: true,
				Permissions: []string{"microsoft.directory/applications/basic/update", "microsoft.directory/applications/owners/read"},
			}
			_, err := tenant.Entra.CreateRole(ctx, r)
			must(err)
			add("rbac_entra_custom_role", m{"name": name, "description": r.Description, "permissions": r.Permissions},
				m{"id": r.ID, "template_id": r.ID, "version": "", "enabled": true})
		case 5:
			a, err := tenant.Entra.CreateAssignment(ctx, entra.Assignment{RoleID: helpdesk, PrincipalID: id(2, i), DirectoryScope: "/administrativeUnits/" + id(3, i).String()})
			must(err)
			add("rbac_entra_role_assignment", m{"role": "Helpdesk Administrator", "principal_id": a.PrincipalID, "directory_scope": a.DirectoryScope},
				m{"id": a.ID, "role_definition_id": helpdesk, "role_name": "Helpdesk Administrator"})
		case 6:
			var err error
			if i%16 == 6 {
				intuneRole, err = tenant.Intune.CreateRole(ctx, intune.Role{Name: name, Description: "Helps.", Permissions: []string{"Microsoft.Intune_MobileApps_Read", "Microsoft.Intune_ManagedDevices_Read"}})
				must(err)
				add("rbac_intune_custom_role", m{"name": name, "description": "Helps.", "permissions": []string{"Managed devices/Read", "Mobile apps/Read"}},
					m{"id": intuneRole.ID, "scope_tags": []string{intune.DefaultScopeTagName}})
				break
			}
			tag, err = tenant.Intune.CreateScopeTag(ctx, intune.ScopeTag{Name: name, Groups: []rbac.GUID{id(4, i)}})
			must(err)
			add("rbac_intune_scope_tag", m{"name": name, "groups": tag.Groups}, m{"id": tag.ID, "description": ""})
		case 7:
			a, err := tenant.Intune.CreateAssignment(ctx, intune.Assignment{
				Name: name, Description: "A region.", RoleID: intuneRole.ID, Members: []rbac.GUID{id(5, i), id(6, i)}, ScopeGroups: []rbac.GUID{id(7, i)},
			})
			must(err)
			add("rbac_intune_role_assignment", m{
				"name": name, "description": a.Description, "role": intuneRole.Name, "members": a.Members, "scope_groups": a.ScopeGroups,
			}, m{
				"id": a.ID, "role_definition_id": a.RoleID, "role_name": intuneRole.Name, "all_users": false, "all_devices": false,
				"scope_tags": []string{intune.DefaultScopeTagName},
			})
		}
	}
	return w
}

// assignment adds an Azure role assignment.
func (w *world) assignment(a azure.Assignment, roleName string) {
	w.blocks = append(w.blocks, block{
		resource: "rbac_azure_role_assignment",
		config: map[string]any{
			"scope": a.Scope.ID(), "role": roleName, "principal_id": a.PrincipalID, "principal_type": a.PrincipalType, "description": a.Description,
		},
		computed: map[string]any{
			"id": a.ID(), "name": a.Name, "role_definition_id": azure.RoleResourceID(a.RoleID), "role_name": roleName, "adopt_existing": false,
		},
	})
}

// open opens a tenant file until the benchmark ends.
func open(b *testing.B, file string, limits rbac.Limits) backend.Backend {
	b.Helper()
	t, err := reference.Open(b.Context(), reference.Options{Path: file, Limits: limits})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := t.Close(); err != nil {
			b.Error(err)
		}
	})
	return t.Backend()
}

func must(b *testing.B) func(error) {
	return func(err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
}

// config is the configuration, a block for each resource.
func (w world) config() []byte {
	var b bytes.Buffer
	b.WriteString("terraform {\n  required_providers {\n    rbac = {\n      source = \"rolewright/rbac\"\n    }\n  }\n}\n\n" + w.provider)
	for i, block := range w.blocks {
		fmt.Fprintf(&b, "\nresource %q \"r%d\" {\n", block.resource, i)
		for name, value := range block.config {
			text, err := json.Marshal(value) // texts and lists are written alike in both languages
			if err != nil {
				panic(err)
			}
			fmt.Fprintf(&b, "  %s = %s\n", name, text)
		}
		b.WriteString("}\n")
	}
	return b.Bytes()
}

// state is the state file, for the provider from a registry. Attributes that
// are not in a block are null.
func (w world) state(host string) any {
	type m = map[string]any
	resources := make([]m, len(w.blocks))
	for i, block := range w.blocks {
		attributes := m{}
		for _, from := range []m{block.config, block.computed} {
			for name, value := range from {
				attributes[name] = value
			}
		}
		resources[i] = m{
			"mode": "managed", "type": block.resource, "name": fmt.Sprintf("r%d", i), "provider": `provider["` + host + `/rolewright/rbac"]`,
			"instances": []m{{"schema_version": 0, "attributes": attributes, "sensitive_attributes": []any{}}},
		}
	}
	return m{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "11111111-2222-3333-4444-555555555555", "outputs": m{}, "resources": resources}
}
