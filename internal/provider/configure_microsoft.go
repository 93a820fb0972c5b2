// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/backend/microsoft"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// microsoft reads which tenant is meant and how to sign in, and checks what can
// be checked without asking anybody: nothing is requested before a resource or
// data source needs something.
func (c configuration) microsoft(data *Data) func(context.Context) (backend.Backend, error) {
	m := signIn{configuration: c, block: c.model.Microsoft, mistakes: new(int)}
	t := m.open(data)
	if t == nil {
		return nil
	}
	return func(context.Context) (backend.Backend, error) { return t.Backend(), nil }
}

// open makes the client of the tenant, or reports every mistake and returns nil.
func (m signIn) open(data *Data) *microsoft.Tenant {
	if !m.known() {
		return nil
	}
	options := microsoft.Options{
		TenantID: m.tenant(), Cloud: m.cloud(), Endpoints: m.endpoints(), Transport: m.provider.transport,
		UserAgent: "terraform-provider-rbac/" + m.provider.version, ApprovalJustification: m.text(setJustification),
	}
	data.Limits.Cloud, data.tenantLists = options.Cloud, listsNow
	credentials := m.credentials()
	if *m.mistakes > 0 {
		return nil
	}
	var t *microsoft.Tenant
	var err error
	if options.Credential, err = microsoft.NewCredential(credentials, options); err == nil {
		options.Log = requestLog(credentials)
		t, err = microsoft.New(options)
	}
	if err != nil {
		m.refused(err)
		return nil
	}
	return t
}

// signIn reads the block `microsoft`, whose arguments win over the environment.
type signIn struct {
	configuration
	block    types.Object
	mistakes *int // how many were reported
}

// wrong reports a mistake on an argument of the block.
func (m signIn) wrong(name, summary, detail string) {
	*m.mistakes++
	at := path.Root("microsoft")
	for _, step := range strings.Split(name, ".") {
		if step != "" {
			at = at.AtMapKey(step) // by key, because Terraform then shows the line within the object
		}
	}
	m.diags.Append(diag.NewAttributeErrorDiagnostic(at, summary, detail))
}

// refused reports what the client of the services says of its options.
func (m signIn) refused(err error) {
	var e *rbac.Error
	if !errors.As(err, &e) {
		e = &rbac.Error{Message: "The settings for signing in can't be used. Check the block `microsoft` and the environment variables ARM_* and AZURE_*."}
	}
	m.wrong(e.Field, "Invalid Microsoft tenant", framework.Detail(e, framework.Noun{}))
}

// known reports arguments that are not known while planning.
func (m signIn) known() bool {
	const later = "It is not known while planning, but decides which tenant is read. Set it to a value that does not depend on resources."
	if m.block.IsUnknown() {
		m.wrong("", "Unknown Microsoft tenant", later)
		return false
	}
	check := func(prefix string, values map[string]attr.Value) {
		for _, name := range slices.Sorted(maps.Keys(values)) {
			if values[name].IsUnknown() {
				m.wrong(prefix+name, "Unknown Microsoft tenant", later)
			}
		}
	}
	check("", m.block.Attributes())
	check(setEndpoints+".", m.endpointBlock().Attributes())
	return *m.mistakes == 0
}

func (m signIn) endpointBlock() types.Object {
	o, _ := m.block.Attributes()[setEndpoints].(types.Object)
	return o
}

// text is the value of a setting; "" if nobody set it.
func (m signIn) text(name string) string {
	_, value := m.first(name)
	return value
}

// first is the first of some settings that has a value: in the block, then in
// variables ARM_*, then in others.
func (m signIn) first(names ...string) (name, value string) {
	for _, name := range names {
		if v := stringAt(m.block, name); v != "" {
			return name, v
		}
	}
	for _, arm := range []bool{true, false} {
		for _, name := range names {
			for _, variable := range settingOf(name).variables {
				if v := os.Getenv(variable); v != "" && isARM(variable) == arm {
					return name, v
				}
			}
		}
	}
	return "", ""
}

func settingOf(name string) setting {
	all := microsoftSettings()
	return all[slices.IndexFunc(all, func(s setting) bool { return s.name == name })]
}

// advice names the ways to set something.
func advice(names ...string) string {
	var variables []string
	for i, name := range names {
		variables = append(variables, settingOf(name).variables...)
		names[i] = "`" + name + "`"
	}
	text := "Set " + strings.Join(names, " or ") + " in the block `microsoft`"
	if len(variables) == 1 {
		return text + ", or the environment variable " + variables[0] + "."
	}
	return text + ", or one of the environment variables " + strings.Join(variables, ", ") + "."
}

func (m signIn) tenant() string {
	id := m.text(setTenant)
	_, isGUID := rbac.ParseGUID(id)
	switch {
	case id == "":
		m.wrong(setTenant, "No tenant", "Which tenant to manage is not said, and the provider does not guess it. "+advice(setTenant))
	case !isGUID && (!strings.Contains(id, ".") || strings.ContainsAny(id, "/: \t\r\n")):
		m.wrong(setTenant, "Invalid tenant", `"`+id+`" is neither the GUID of a tenant nor one of its domains, such as "contoso.onmicrosoft.com".`)
	}
	return id
}

// The Department of Defense has the cloud of the US government, and a Graph of
// its own. So azuread names it.
const (
	environmentDoD = "usgovernmentl5"
	graphDoD       = "https://dod-graph.microsoft.us"
)

// cloud takes the names of azurerm and azuread, too.
func (m signIn) cloud() rbac.Cloud {
	name := m.text(setEnvironment)
	switch rbac.Fold(name) {
	case "", string(rbac.PublicCloud), "global":
		return rbac.PublicCloud
	case string(rbac.USGovernment), "usgovernmentl4", environmentDoD, "dod":
		return rbac.USGovernment
	case string(rbac.ChinaCloud):
		return rbac.ChinaCloud
	}
	m.wrong(setEnvironment, "Unknown environment", `"`+name+`" is no cloud that this provider knows. It is "public", "usgovernment" or "china". `+
		"For another cloud, set the nearest of them and all three of `endpoints`.")
	return ""
}

func (m signIn) endpoints() microsoft.Endpoints {
	block := m.endpointBlock()
	read := func(name, variable string) string {
		text, from := stringAt(block, name), ""
		if text == "" && variable != "" {
			text, from = os.Getenv(variable), " from the environment variable "+variable
		}
		if text == "" {
			return ""
		}
		u, err := url.Parse(text)
		switch {
		case err != nil || u.User != nil:
			m.wrong(setEndpoints+"."+name, "Invalid endpoint", "The endpoint"+from+` is no URL such as "https://management.azure.com", without user or password.`)
		case u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "":
			m.wrong(setEndpoints+"."+name, "Invalid endpoint", `The endpoint "`+text+`"`+from+` is no absolute https URL such as "https://management.azure.com". Tokens are sent over https only.`)
		}
		return strings.TrimRight(text, "/")
	}
	if os.Getenv(variableMetadataHost) != "" && block.IsNull() {
		m.wrong(setEndpoints, "Endpoints not chosen", "The environment variable "+variableMetadataHost+" names a cloud of its own, which this provider does not read from there. "+
			"Set the `endpoints` of that cloud in the block `microsoft`, or unset the variable.")
	}
	e := microsoft.Endpoints{ResourceManager: read("resource_manager", ""), Graph: read("graph", ""), Authority: read("authority", variableAuthorityHost)}
	if name := rbac.Fold(m.text(setEnvironment)); e.Graph == "" && (name == environmentDoD || name == "dod") {
		e.Graph = graphDoD
	}
	return e
}
