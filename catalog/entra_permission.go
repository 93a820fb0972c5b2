// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"strings"

	"github.com/rolewright/terraform-provider-rbac/catalog/internal/words"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// EntraPermission is one permission of directory roles.
type EntraPermission struct {
	Name     string
	Category string // namespace and entity, such as "microsoft.directory/applications"
	// Privileged is nil where Microsoft does not say.
	Privileged *bool
	// UsableInCustomRoles is nil where it is not known. Only a yes is ever
	// certain: what the documentation does not list is not thereby refused.
	UsableInCustomRoles *bool
	Origin              []string // "article", "public-2026-08"
}

// entraCategory is the namespace with the entity of a permission.
func entraCategory(name string) string {
	parts := strings.SplitN(name, "/", 3)
	if len(parts) < 3 {
		return parts[0]
	}
	return name[:len(parts[0])+1+len(parts[1])]
}

// AccessLevel tells what the permission allows, by its last segment; creating
// counts as writing, and what manages something as all.
func (p EntraPermission) AccessLevel() string {
	switch verb := rbac.Fold(p.Name[strings.LastIndexByte(p.Name, '/')+1:]); verb {
	case "read", "limitedread", "restrictedread":
		return AccessRead
	case "update", "create", "createasowner":
		return AccessWrite
	case "delete":
		return AccessDelete
	case "alltasks", "manage":
		return AccessAll
	}
	return AccessAction
}

// allEntities stands for every object of a namespace.
const allEntities = "allEntities"

// sets are property sets that read badly when they are split into words.
var sets = map[string]string{
	"allproperties": "all properties", "standard": "standard properties", "basic": "basic properties",
}

// Description says in English what the permission allows. It is derived from
// the name: "Update credentials of applications".
func (p EntraPermission) Description() string {
	parts := strings.Split(p.Name, "/")
	if len(parts) < 2 {
		return p.Name
	}
	namespace, path, verb := parts[0], parts[1:len(parts)-1], parts[len(parts)-1]
	var property string
	if n := len(path); n > 1 {
		property = sets[rbac.Fold(path[n-1])]
		if property != "" {
			path = path[:n-1]
		}
	}
	object := entraObject(namespace, path)
	everything := len(path) > 0 && strings.EqualFold(path[0], allEntities)
	if property != "" && !(everything && property == sets["allproperties"]) {
		object = property + " of " + object
	}
	switch rbac.Fold(verb) {
	case "read":
		return "Read " + object
	case "limitedread", "restrictedread":
		return "Read " + object + ", within limits"
	case "create":
		return "Create " + object
	case "createasowner":
		return "Create " + object + " and own them"
	case "delete":
		return "Delete " + object
	case "update":
		return "Update " + object
	case "alltasks", "manage":
		return "Manage " + object
	}
	return entraAction(verb, object)
}

// entraAction describes a permission that is no plain read or write. As with
// Azure operations, a verb of several words has its own object.
func entraAction(verb, object string) string {
	text := words.Sentence(strings.Trim(verb, "{}"))
	if strings.HasPrefix(verb, "managePermissionGrants") {
		kind, which, _ := strings.Cut(verb, ".")
		return words.Sentence(kind) + " on " + object + " by the policy " + which
	}
	if strings.Contains(text, " ") {
		return text + " (" + object + ")"
	}
	return text + " " + object
}

// entraObject names what path leads to, innermost first.
func entraObject(namespace string, path []string) string {
	area := words.Phrase(strings.TrimPrefix(namespace, "microsoft."))
	if len(path) == 0 {
		return area
	}
	if strings.EqualFold(path[0], allEntities) {
		return "everything in " + area
	}
	text := entraTerm(path[len(path)-1])
	for i := len(path) - 2; i >= 0; i-- {
		text += " of " + entraTerm(path[i])
	}
	if !strings.EqualFold(namespace, "microsoft.directory") {
		text += " in " + area
	}
	return text
}

// entraTerm names one segment: "groups.security" is a kind of groups, and a
// property such as "memberOf" is quoted, since it ends like half a sentence.
func entraTerm(segment string) string {
	base, kinds, found := strings.Cut(segment, ".")
	text := words.Phrase(base)
	if strings.HasSuffix(text, " of") || strings.HasSuffix(text, " to") || strings.HasSuffix(text, " from") {
		text = `"` + text + `"`
	}
	if !found {
		return text
	}
	var list []string
	for kind := range strings.SplitSeq(kinds, ".") {
		list = append(list, words.Phrase(kind))
	}
	return text + " (" + strings.Join(list, ", ") + ")"
}
