// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// The least permissions of the calls, as a Forbidden error asks for them.
// https://learn.microsoft.com/azure/role-based-access-control/permissions/management-and-governance
// https://learn.microsoft.com/graph/permissions-reference
const (
	needsAzureRoleRead        = "Microsoft.Authorization/roleDefinitions/read"
	needsAzureRoleWrite       = "Microsoft.Authorization/roleDefinitions/write"
	needsAzureRoleDelete      = "Microsoft.Authorization/roleDefinitions/delete"
	needsAzureAssignmentRead  = "Microsoft.Authorization/roleAssignments/read"
	needsAzureAssignmentWrite = "Microsoft.Authorization/roleAssignments/write"
	needsAzureAssignmentDel   = "Microsoft.Authorization/roleAssignments/delete"
	needsAzureOperations      = "Microsoft.Authorization/providerOperations/read"
	needsAzureDenyRead        = "Microsoft.Authorization/denyAssignments/read"
	needsAzureGroupRead       = "Microsoft.Management/managementGroups/read"
	needsEntraRead            = "RoleManagement.Read.Directory"
	needsEntraWrite           = "RoleManagement.ReadWrite.Directory"
	needsDirectoryRead        = "Directory.Read.All"
	needsIntuneRead           = "DeviceManagementRBAC.Read.All"
	needsIntuneWrite          = "DeviceManagementRBAC.ReadWrite.All"
)

// grantOf says in whole sentences who has a permission and how to get it.
func grantOf(needs string) string {
	switch needs {
	case "":
		return ""
	case needsAzureRoleRead, needsAzureAssignmentRead, needsAzureOperations, needsAzureDenyRead:
		return azureGrant(needs, "at the scope", `"Reader" and most other roles`)
	case needsAzureGroupRead:
		return azureGrant(needs, "at the management groups", `"Reader" and "Management Group Reader"`)
	case needsAzureRoleWrite, needsAzureRoleDelete:
		return azureGrant(needs, "at every assignable scope of the role", `"Owner" and "User Access Administrator"`)
	case needsAzureAssignmentWrite, needsAzureAssignmentDel:
		return azureGrant(needs, "at the scope", `"Owner", "User Access Administrator" and "Role Based Access Control Administrator"`)
	case needsEntraWrite:
		return graphGrant(needs) + ` A person who signs in needs a directory role such as "Privileged Role Administrator" besides.`
	case needsIntuneRead, needsIntuneWrite:
		return graphGrant(needs) + ` A person who signs in needs the directory role "Intune Administrator" or an Intune role that allows it besides.`
	default:
		return graphGrant(needs)
	}
}

func azureGrant(needs, where, roles string) string {
	return fmt.Sprintf("Whoever runs Terraform needs the permission %q %s, which %s give. "+
		"A grant takes up to ten minutes to work.", needs, where, roles)
}

func graphGrant(needs string) string {
	return fmt.Sprintf("The application that Terraform signs in as needs the Microsoft Graph permission %q, with the consent of an administrator.", needs)
}

// failure is what a service said, kept within an error for those who look closer.
type failure struct {
	wire.Failure
	doubt bool
}

// Error returns the service's own words.
func (f *failure) Error() string { return f.Code + ": " + f.Message }

// failureOf returns what the service said when it refused a request.
func failureOf(err error) (wire.Failure, bool) {
	var f *failure
	if errors.As(err, &f) {
		return f.Failure, true
	}
	return wire.Failure{}, false
}

// lost is the cause of an error without an answer.
type lost struct {
	cause error
	doubt bool
}

func (l *lost) Error() string { return plain(l.cause) }
func (l *lost) Unwrap() error { return l.cause }

// maybeDone reports whether err leaves open if the write was carried out: the
// connection broke or the service failed after the request had been sent.
func maybeDone(err error) bool {
	var f *failure
	if errors.As(err, &f) {
		return f.doubt
	}
	var l *lost
	return errors.As(err, &l) && l.doubt
}

// asError finds the *rbac.Error in err, nil if there is none.
func asError(err error) *rbac.Error {
	var e *rbac.Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// refused turns the answer to a request that was not carried out into an error.
func (c *client) refused(r request, a answer) error {
	f := wire.ParseFailure(a.status, a.body)
	if id := requestID(a.header); id != "" {
		f.RequestID = id
	}
	name := c.service(r.System).name
	e := f.Err(r.System)
	e.Message, e.Err = sentence(f.Message), &failure{Failure: f, doubt: a.doubt && !final(a.status)}
	if e.Message == "" {
		e.Message = fmt.Sprintf("%s answered %s %s with %d %s and gave no reason.", name, r.Method, r.Path, a.status, http.StatusText(a.status))
	}
	switch e.Kind {
	case rbac.Forbidden:
		e.Message = join(e.Message, grantOf(r.Needs), c.cliHint(r.System))
	case rbac.Unauthenticated:
		if r.System == rbac.Intune {
			e.Message = join(e.Message, "Intune answers like this too when the tenant has no Intune licence or was never set up for Intune.")
		}
		e.Message = join(e.Message, fmt.Sprintf("%s does not take the token, nor a new one. Check that tenant_id and environment belong together with what is managed.", name), grantOf(r.Needs))
	case rbac.Unavailable:
		e.Message = join(e.Message, name+" can't answer now. Try again later.")
	}
	return e
}

// cliHint says what a sign-in of the Azure CLI can never do.
func (c *client) cliHint(system rbac.System) string {
	if system != rbac.Intune || !c.cli {
		return ""
	}
	return "A token of the Azure CLI never has Intune's permissions: sign in as an application instead, " +
		"with client_id and one of client_secret, client_certificate_path or use_oidc."
}

// unknownOutcome is added to the error of a write of which that is so.
const unknownOutcome = "Whether the last request was carried out is not known."

// unanswered turns the lack of an answer into an error.
func (c *client) unanswered(ctx context.Context, x *exchange, err error) error {
	if e := asError(err); e != nil { // there was no token, or the queue is too long
		own := *e
		own.System = x.request.System
		if x.doubt { // of an earlier attempt
			own.Message, own.Err = join(own.Message, unknownOutcome), &lost{cause: err, doubt: true}
		}
		return &own
	}
	e := &rbac.Error{Kind: rbac.Unavailable, System: x.request.System, Err: &lost{cause: err, doubt: x.doubt}}
	s, host := x.service, x.service.base.Host
	var (
		name      *net.DNSError
		authority x509.UnknownAuthorityError
		operation *net.OpError
	)
	switch {
	case interruption(ctx.Err()):
		e.Message = fmt.Sprintf("The run was interrupted before %s answered.", s.name)
	case ctx.Err() != nil:
		e.Message = fmt.Sprintf("%s did not answer in all the time that the operation had%s. Raise the timeout, or try again later.", s.name, x.last())
	case errors.As(err, &name):
		e.Message = fmt.Sprintf("There is no address for %q, where %s should be. Check the name of the endpoint, and the network and DNS of this machine.", name.Name, s.name)
	case errors.As(err, &authority):
		e.Message = fmt.Sprintf("The certificate of %s is signed by an authority that this machine does not trust, so nothing was sent to %s. "+
			"If that is a proxy or the emulator, set SSL_CERT_FILE to a file with the certificate of its authority.", host, s.name)
	case untrusted(err):
		e.Message = fmt.Sprintf("The certificate of %s is not valid for it, so nothing was sent to %s. Check the endpoint, the clock of this machine, and what stands between.", host, s.name)
	case errors.As(err, &operation) && (operation.Op == "proxyconnect" || operation.Op == "socks connect"):
		e.Message = fmt.Sprintf("The proxy on the way to %s can't be reached. Check HTTPS_PROXY and NO_PROXY.", s.name)
	case errors.As(err, &operation) && operation.Op == "dial":
		e.Message = fmt.Sprintf("%s takes no connections. Check the endpoint, and whether this machine needs a proxy (HTTPS_PROXY) to reach it.", host)
	case errors.Is(err, errAnswerTooLong):
		e.Message = fmt.Sprintf("The answer of %s to %s %s is longer than any that it is known to give.", s.name, x.request.Method, x.request.Path)
	default:
		e.Message = fmt.Sprintf("The connection to %s was lost before the answer was complete%s. Try again later.", s.name, x.last())
	}
	if x.doubt {
		e.Message = join(e.Message, unknownOutcome)
	}
	return e
}

// last says how often a request was sent.
func (x *exchange) last() string {
	switch x.attempt {
	case 0, 1:
		return ""
	default:
		return fmt.Sprintf(", in %d tries", x.attempt)
	}
}

// interrupted is the error of a wait that ctx has ended.
func interrupted(ctx context.Context) error {
	message := "The run was interrupted."
	if !interruption(ctx.Err()) {
		message = "The time that the operation had is over. Raise its timeout, or try again later."
	}
	return &rbac.Error{Kind: rbac.Unavailable, Message: message, Err: ctx.Err()}
}

// interruption tells an interrupted run from one whose time is over.
func interruption(err error) bool { return errors.Is(err, context.Canceled) }

// plain is the text of an error without the URL that net/http puts around it.
func plain(err error) string {
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err
	}
	return err.Error()
}

// longestMessage is how much of a service's words a message shows, in bytes.
const longestMessage = 700

// sentence makes the service's words end like one, and not go on for pages.
func sentence(words string) string {
	words = strings.Join(strings.Fields(strings.ToValidUTF8(words, "")), " ")
	if len(words) > longestMessage {
		words = strings.ToValidUTF8(words[:longestMessage], "") + " …"
	}
	if words == "" || strings.HasSuffix(words, ".") {
		return words
	}
	return strings.TrimRight(words, "!?:;, ") + "."
}

// join puts sentences behind each other.
func join(sentences ...string) string {
	var some []string
	for _, s := range sentences {
		if s != "" {
			some = append(some, s)
		}
	}
	return strings.Join(some, " ")
}
