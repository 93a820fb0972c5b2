// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// azurePrincipalLook bounds what is spent on asking the directory once. The
// caller may have no access to it at all.
const azurePrincipalLook = 10 * time.Second

// azurePrincipal is a principal that Azure Resource Manager does not know, and
// what the directory says of it.
type azurePrincipal struct {
	client *client
	id     rbac.GUID

	found   string                // the type under which Azure knows such objects; empty: not found
	owner   *wire.DirectoryObject // the service principal whose application has that ID
	refused bool                  // the directory does not answer this caller
}

// ask looks the principal up in the directory: a new one may be there before it
// is in Azure Resource Manager. What can't be asked stays unknown.
func (p *azurePrincipal) ask(ctx context.Context) {
	if p.refused || p.found != "" || p.owner != nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, azurePrincipalLook)
	defer cancel()
	read := func(path string, query url.Values, out any) error {
		_, err := p.client.do(ctx, request{System: rbac.Entra, Method: http.MethodGet, Path: path, Query: query, Needs: needsDirectoryRead}, out)
		return err
	}
	var object wire.DirectoryObject
	err := read("/v1.0/directoryObjects/"+p.id.String(), nil, &object)
	if err == nil {
		if o, err := object.Domain(); err == nil {
			p.found = azurePrincipalTypes()[o.Type]
		}
		return
	}
	var owners wire.Collection[wire.DirectoryObject]
	if rbac.IsNotFound(err) {
		err = read("/v1.0/servicePrincipals", url.Values{"$filter": {"appId eq " + armQuoted(p.id.String())}, "$select": {"id,appId,displayName"}}, &owners)
	}
	switch {
	case err != nil:
		p.refused = true
	case len(owners.Value) > 0:
		p.owner = &owners.Value[0]
	}
}

// application reports whether the ID is that of an application, which no waiting
// will make a principal.
func (p *azurePrincipal) application() bool { return p.owner != nil }

// missing is the error for good.
func (p *azurePrincipal) missing(of error) error {
	message := fmt.Sprintf("There is no principal %s in the directory, and waiting for a new one to arrive has not helped. "+
		"Check that it is the object ID of a user, group or service principal; if it was made a moment ago, set principal_type.", p.id)
	if p.owner != nil {
		message = fmt.Sprintf("%s is the application ID of the service principal %q, not its object ID. Use the object ID, %s.", p.id, string(p.owner.DisplayName), p.owner.ID)
	}
	return azureFailure(rbac.PrincipalNotFound, azureCode(of), "principal_id", message, of)
}

// azurePrincipalTypes says what Azure calls the directory's objects.
func azurePrincipalTypes() map[entra.ObjectType]string {
	return map[entra.ObjectType]string{
		entra.User: azure.PrincipalUser, entra.Group: azure.PrincipalGroup,
		entra.ServicePrincipal: azure.PrincipalServicePrincipal, entra.Device: azure.PrincipalDevice,
	}
}
