// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const graphType = "#microsoft.graph."

// DirectoryObject is a user, group, service principal, device or administrative
// unit. Members that its type does not have are left out.
type DirectoryObject struct {
	Context            string    `json:"@odata.context,omitempty"`
	ODataType          string    `json:"@odata.type,omitempty"`
	ID                 string    `json:"id"`
	DeletedDateTime    Opt[Text] `json:"deletedDateTime,omitzero"`
	DisplayName        Text      `json:"displayName"`
	UserPrincipalName  string    `json:"userPrincipalName,omitempty"`
	AppID              string    `json:"appId,omitempty"`
	SecurityEnabled    *Flag     `json:"securityEnabled,omitempty"`
	IsAssignableToRole *Flag     `json:"isAssignableToRole,omitempty"`
}

// NewDirectoryObject is the document of a directory object.
func NewDirectoryObject(o entra.Object) DirectoryObject {
	d := DirectoryObject{ID: o.ID.String(), DisplayName: Text(o.DisplayName), AppID: o.AppID.String()}
	if o.Type != "" {
		d.ODataType = graphType + string(o.Type)
	}
	if o.Type == entra.Group {
		security, roles := Flag(o.SecurityEnabled), Flag(o.RoleAssignable)
		d.SecurityEnabled, d.IsAssignableToRole = &security, &roles
	}
	return d
}

// Domain is the directory object of the document. Types that role management
// does not meet are kept as they are.
func (d DirectoryObject) Domain() (entra.Object, error) {
	id, ok := rbac.ParseGUID(d.ID)
	if !ok {
		return entra.Object{}, invalid(rbac.Entra, CodeRequestBadRequest, "id", d.ID, "the ID of a directory object, which is a GUID")
	}
	o := entra.Object{ID: id, Type: objectType(d.ODataType), DisplayName: string(d.DisplayName)}
	o.AppID, _ = rbac.ParseGUID(d.AppID)
	o.SecurityEnabled = d.SecurityEnabled != nil && bool(*d.SecurityEnabled)
	o.RoleAssignable = d.IsAssignableToRole != nil && bool(*d.IsAssignableToRole)
	return o, nil
}

func objectType(text string) entra.ObjectType {
	name := text[strings.LastIndexByte(text, '.')+1:]
	for _, t := range []entra.ObjectType{entra.User, entra.Group, entra.ServicePrincipal, entra.Device, entra.AdministrativeUnit} {
		if strings.EqualFold(name, string(t)) {
			return t
		}
	}
	return entra.ObjectType(name)
}
