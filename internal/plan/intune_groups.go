// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package plan

import (
	"fmt"

	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// IntuneGroup is what the directory says of a group that an assignment names
// in a field. found is false if it does not know the object; an object without
// a type is of a directory that keeps none.
func IntuneGroup(field string, id rbac.GUID, o entra.Object, found bool) []rbac.Violation {
	what := ""
	switch {
	case !found:
		what = fmt.Sprintf("The directory has no object %s.", id)
	case o.Type == "" || o.Type == entra.Group && o.SecurityEnabled:
		return nil
	case o.Type == entra.Group:
		what = fmt.Sprintf("The group %q (%s) is no security group.", o.DisplayName, id)
	default:
		what = fmt.Sprintf("%s is a %s.", id, o.Type)
	}
	return []rbac.Violation{intune.RuleAssignmentMembers.Broken(field, id.String(), what+" An Intune role is assigned to security groups, for security groups; use the object ID of one.")}
}
