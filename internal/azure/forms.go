// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package azure

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// RoleForm is one of the JSON forms in which Microsoft's tools write roles.
//
// Source: https://learn.microsoft.com/azure/role-based-access-control/custom-roles#input-and-output-formats
type RoleForm string

// The forms.
const (
	PowerShellForm RoleForm = "powershell"
	CLIForm        RoleForm = "cli"
	RESTForm       RoleForm = "rest"
)

// RoleForms lists the forms.
func RoleForms() []RoleForm { return []RoleForm{PowerShellForm, CLIForm, RESTForm} }

// The fields of each form. Those of the service alone are read over: who wrote
// the role and when is no part of it.
var (
	powerShellFields = []string{"Name", "Id", "IsCustom", "Description", "Actions", "NotActions", "DataActions", "NotDataActions", "AssignableScopes", "Condition", "ConditionVersion"}
	cliFields        = []string{"assignableScopes", "description", "id", "name", "permissions", "roleName", "roleType", "type", "createdOn", "updatedOn", "createdBy", "updatedBy"}
	restFields       = []string{"properties", "id", "type", "name"}
	propertyFields   = []string{"roleName", "type", "description", "assignableScopes", "permissions", "createdOn", "updatedOn", "createdBy", "updatedBy"}
	blockFields      = []string{"actions", "notActions", "dataActions", "notDataActions", "condition", "conditionVersion"}
)

// ParseRoleJSON reads a custom role in any of the forms, which it knows by its
// shape. Lists keep their order and texts their casing; an ID that is missing or
// empty is none. Only the shape is checked, so that a role that a rule refuses
// can be read too. Mistakes are rbac.Invalid errors: no JSON, a field that the
// form does not have, a value of another type, a list of more than one role,
// more than one block of permissions, a condition.
func ParseRoleJSON(data []byte) (Role, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	var root any
	if err := decoder.Decode(&root); err != nil {
		return Role{}, formError("", "It is no JSON: something is wrong at "+rbac.JSONPlace(data, err)+".")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return Role{}, formError("", "Something follows the end of the JSON value.")
	}
	p := formParser{}
	if list, ok := root.([]any); ok {
		if len(list) != 1 {
			return Role{}, formError("", "It is a list of "+itoa(len(list))+" roles. Give one, such as with jsonencode(jsondecode(file)[0]).")
		}
		root = list[0]
	}
	o, ok := root.(map[string]any)
	if !ok {
		return Role{}, formError("", "It is "+rbac.JSONKind(root)+". A role is a JSON object, or a list with one.")
	}
	var r Role
	switch {
	case has(o, "properties"):
		r = p.rest(o)
	case has(o, "permissions") || has(o, "roleName"):
		r = p.cli(o)
	default:
		r = p.powerShell(o)
	}
	return r, p.err
}

// formParser keeps the first mistake; after it, everything reads as empty.
type formParser struct{ err error }

func (p *formParser) powerShell(o map[string]any) Role {
	f := p.fields("", o, powerShellFields)
	p.unconditional("", f["condition"])
	if custom, ok := f["iscustom"]; ok && custom != true {
		p.fail("IsCustom", "is not true, so this is no custom role.")
	}
	return Role{
		ID: p.id("Id", f["id"]), Name: p.text("Name", f["name"]), Description: p.text("Description", f["description"]),
		Permissions: []Permission{{
			Actions: p.texts("Actions", f["actions"]), NotActions: p.texts("NotActions", f["notactions"]),
			DataActions: p.texts("DataActions", f["dataactions"]), NotDataActions: p.texts("NotDataActions", f["notdataactions"]),
		}},
		AssignableScopes: p.texts("AssignableScopes", f["assignablescopes"]),
	}
}

func (p *formParser) cli(o map[string]any) Role {
	f := p.fields("", o, cliFields)
	p.custom("roleType", f["roletype"])
	return Role{
		ID: p.id("name", f["name"]), Name: p.text("roleName", f["rolename"]), Description: p.text("description", f["description"]),
		Permissions: p.blocks("permissions", f["permissions"]), AssignableScopes: p.texts("assignableScopes", f["assignablescopes"]),
	}
}

func (p *formParser) rest(o map[string]any) Role {
	f := p.fields("", o, restFields)
	inner, ok := f["properties"].(map[string]any)
	if !ok {
		p.fail("properties", "is "+rbac.JSONKind(f["properties"])+". It must be an object.")
	}
	q := p.fields("properties.", inner, propertyFields)
	p.custom("properties.type", q["type"])
	return Role{
		ID: p.id("name", f["name"]), Name: p.text("properties.roleName", q["rolename"]), Description: p.text("properties.description", q["description"]),
		Permissions:      p.blocks("properties.permissions", q["permissions"]),
		AssignableScopes: p.texts("properties.assignableScopes", q["assignablescopes"]),
	}
}

// blocks reads the one block of permissions that a custom role has.
func (p *formParser) blocks(place string, v any) []Permission {
	list, ok := v.([]any)
	if !ok && v != nil {
		p.fail(place, "is "+rbac.JSONKind(v)+". It must be a list.")
	}
	if len(list) > 1 {
		p.fail(place, "has "+itoa(len(list))+" blocks. A custom role has one; only some built-in roles have more.")
	}
	if len(list) == 0 || p.err != nil {
		return []Permission{{}}
	}
	at := place + "[0]."
	o, ok := list[0].(map[string]any)
	if !ok {
		p.fail(place+"[0]", "is "+rbac.JSONKind(list[0])+". It must be an object.")
	}
	f := p.fields(at, o, blockFields)
	p.unconditional(at, f["condition"])
	return []Permission{{
		Actions: p.texts(at+"actions", f["actions"]), NotActions: p.texts(at+"notActions", f["notactions"]),
		DataActions: p.texts(at+"dataActions", f["dataactions"]), NotDataActions: p.texts(at+"notDataActions", f["notdataactions"]),
	}}
}

// fields are those of an object by folded name, as PowerShell reads them. Every
// one that the form does not have is named.
func (p *formParser) fields(place string, o map[string]any, known []string) map[string]any {
	out := make(map[string]any, len(o))
	var strange []string
	for _, name := range slices.Sorted(maps.Keys(o)) {
		if !slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, name) }) {
			strange = append(strange, place+name)
			continue
		}
		if _, twice := out[rbac.Fold(name)]; twice {
			p.fail(place+name, "is there twice, in different casing.")
		}
		out[rbac.Fold(name)] = o[name]
	}
	switch len(strange) {
	case 0:
	case 1:
		p.fail("", rbac.QuotedAnd(strange)+" is no field of a role in this form."+rbac.DidYouMean(strings.TrimPrefix(strange[0], place), known))
	default:
		p.fail("", rbac.QuotedAnd(strange)+" are no fields of a role in this form.")
	}
	return out
}

func (p *formParser) custom(place string, v any) {
	if s := p.text(place, v); s != "" && !strings.EqualFold(s, "CustomRole") {
		p.fail(place, "is \""+s+"\", so this is no custom role.")
	}
}

func (p *formParser) unconditional(place string, v any) {
	if p.text(place+"condition", v) != "" {
		p.fail(place+"condition", "is set. Custom roles have no conditions; role assignments do.")
	}
}

func (p *formParser) text(place string, v any) string {
	s, ok := v.(string)
	if !ok && v != nil {
		p.fail(place, "is "+rbac.JSONKind(v)+". It must be a string.")
	}
	return s
}

func (p *formParser) id(place string, v any) rbac.GUID {
	s := p.text(place, v)
	if s == "" {
		return ""
	}
	id, ok := ParseRoleID(s)
	if !ok {
		p.fail(place, "is \""+s+"\". It must be a GUID.")
	}
	return id
}

func (p *formParser) texts(place string, v any) []string {
	list, ok := v.([]any)
	if !ok && v != nil {
		p.fail(place, "is "+rbac.JSONKind(v)+". It must be a list of strings.")
	}
	var out []string
	for i, item := range list {
		if _, ok := item.(string); !ok {
			p.fail(place+"["+itoa(i)+"]", "is "+rbac.JSONKind(item)+". It must be a string.")
		}
		out = append(out, p.text(place, item))
	}
	return out
}

func (p *formParser) fail(place, message string) {
	if p.err == nil {
		if place != "" {
			message = "\"" + place + "\" " + message
		}
		p.err = formError("", message)
	}
}

func formError(field, message string) error {
	return &rbac.Error{Kind: rbac.Invalid, System: rbac.Azure, Field: field, Message: message}
}

func has(o map[string]any, name string) bool {
	for key := range o {
		if strings.EqualFold(key, name) {
			return true
		}
	}
	return false
}

// FormatRoleJSON writes a custom role in a form, its fields in the order in which
// the tool writes them, indented. ParseRoleJSON reads the same role from it. A
// role without an ID gets the form that is given to the tool to make one. A role
// of more than one block, or with a condition, and an unknown form are rbac.Invalid errors.
func FormatRoleJSON(r Role, form RoleForm) ([]byte, error) {
	if len(r.Permissions) > 1 {
		return nil, formError("", "The role has "+itoa(len(r.Permissions))+" blocks of permissions. A custom role has one; only some built-in roles have more.")
	}
	flat := r.Flat()
	if flat.Condition != "" {
		return nil, formError("", "The role has a condition. Custom roles have none.")
	}
	list := func(texts []string) []string { return append([]string{}, texts...) } // never null
	block := []formBlock{{list(flat.Actions), list(flat.NotActions), list(flat.DataActions), list(flat.NotDataActions)}}
	scopes := list(r.AssignableScopes)
	var document any
	if form == CLIForm && r.ID == "" {
		form = PowerShellForm // which is what the Azure CLI takes to make a role
	}
	switch form {
	case PowerShellForm:
		d := powerShellRole{
			Name: r.Name, ID: r.ID.String(), Description: r.Description, Actions: block[0].Actions, NotActions: block[0].NotActions,
			DataActions: block[0].DataActions, NotDataActions: block[0].NotDataActions, AssignableScopes: scopes,
		}
		if r.ID != "" {
			custom := true
			d.IsCustom = &custom
		}
		document = d
	case CLIForm:
		b := formCLIBlock{block[0].Actions, block[0].DataActions, block[0].NotActions, block[0].NotDataActions}
		document = []cliRole{{
			AssignableScopes: scopes, Description: r.Description, ID: r.resourceIn(), Name: r.ID.String(),
			Permissions: []formCLIBlock{b}, RoleName: r.Name, RoleType: "CustomRole", Type: roleType,
		}}
	case RESTForm:
		d := restRole{Properties: restProperties{RoleName: r.Name, Description: r.Description, AssignableScopes: scopes, Permissions: block}}
		if r.ID != "" {
			d.ID, d.Type, d.Name, d.Properties.Type = r.resourceIn(), roleType, r.ID.String(), "CustomRole"
		}
		document = d
	default:
		forms := []string{string(PowerShellForm), string(CLIForm), string(RESTForm)}
		return nil, formError("form", `"`+string(form)+`" is no form of a role. It is `+rbac.QuotedOr(forms)+`.`+rbac.DidYouMean(string(form), forms))
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false) // a name may have an &
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(document); err != nil {
		return nil, formError("", "The role can't be written as JSON.")
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

const roleType = "Microsoft.Authorization/roleDefinitions"

// resourceIn is the ARM ID of a role below its first assignable scope, as the
// tools write it; empty for a role without an ID.
func (r Role) resourceIn() string {
	if r.ID == "" {
		return ""
	}
	prefix := ""
	if len(r.AssignableScopes) > 0 {
		prefix = strings.TrimSuffix(r.AssignableScopes[0], "/")
	}
	return prefix + RoleResourceID(r.ID)
}

type powerShellRole struct {
	Name             string
	ID               string `json:"Id,omitempty"`
	IsCustom         *bool  `json:",omitempty"`
	Description      string
	Actions          []string
	NotActions       []string
	DataActions      []string
	NotDataActions   []string
	AssignableScopes []string
}

type cliRole struct {
	AssignableScopes []string       `json:"assignableScopes"`
	Description      string         `json:"description"`
	ID               string         `json:"id"`
	Name             string         `json:"name"`
	Permissions      []formCLIBlock `json:"permissions"`
	RoleName         string         `json:"roleName"`
	RoleType         string         `json:"roleType"`
	Type             string         `json:"type"`
}

type restRole struct {
	Properties restProperties `json:"properties"`
	ID         string         `json:"id,omitempty"`
	Type       string         `json:"type,omitempty"`
	Name       string         `json:"name,omitempty"`
}

type restProperties struct {
	RoleName         string      `json:"roleName"`
	Type             string      `json:"type,omitempty"`
	Description      string      `json:"description"`
	AssignableScopes []string    `json:"assignableScopes"`
	Permissions      []formBlock `json:"permissions"`
}

type formBlock struct {
	Actions        []string `json:"actions"`
	NotActions     []string `json:"notActions"`
	DataActions    []string `json:"dataActions"`
	NotDataActions []string `json:"notDataActions"`
}

// formCLIBlock is formBlock in the order of the Azure CLI.
type formCLIBlock struct {
	Actions        []string `json:"actions"`
	DataActions    []string `json:"dataActions"`
	NotActions     []string `json:"notActions"`
	NotDataActions []string `json:"notDataActions"`
}
