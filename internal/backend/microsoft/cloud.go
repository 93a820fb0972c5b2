// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Endpoints are absolute https URLs; a trailing slash does not matter.
type Endpoints struct {
	ResourceManager string // of Azure Resource Manager
	Graph           string // of Microsoft Graph, without a version
	Authority       string // of the sign-in service, without a tenant
}

// cloud is where one of Microsoft's clouds is, and whom its tokens are for.
type cloud struct {
	authority string
	arm       string
	armScope  string
	graph     string
	// assertion is the audience that the token of another identity provider must
	// have to be taken for a sign-in.
	assertion string
}

// cloudOf is the table of Microsoft's national clouds.
// https://learn.microsoft.com/graph/deployments
func cloudOf(name rbac.Cloud) (cloud, error) {
	switch name {
	case "", rbac.PublicCloud:
		return cloud{
			authority: "https://login.microsoftonline.com",
			arm:       "https://management.azure.com",
			armScope:  "https://management.azure.com/.default",
			graph:     "https://graph.microsoft.com",
			assertion: "api://AzureADTokenExchange",
		}, nil
	case rbac.USGovernment:
		return cloud{
			authority: "https://login.microsoftonline.us",
			arm:       "https://management.usgovcloudapi.net",
			armScope:  "https://management.usgovcloudapi.net/.default",
			graph:     "https://graph.microsoft.us",
			assertion: "api://AzureADTokenExchangeUSGov",
		}, nil
	case rbac.ChinaCloud:
		return cloud{
			authority: "https://login.chinacloudapi.cn",
			arm:       "https://management.chinacloudapi.cn",
			armScope:  "https://management.chinacloudapi.cn/.default",
			graph:     "https://microsoftgraph.chinacloudapi.cn",
			assertion: "api://AzureADTokenExchangeChina",
		}, nil
	default:
		return cloud{}, &rbac.Error{
			Kind: rbac.Invalid, Field: "environment",
			Message: fmt.Sprintf("%q is no cloud that this provider knows. Microsoft's clouds are %s.", name,
				rbac.QuotedAnd([]string{string(rbac.PublicCloud), string(rbac.USGovernment), string(rbac.ChinaCloud)})),
		}
	}
}

// graphDoD is Graph for the Department of Defense, which has the authority and the
// Resource Manager of the US government cloud, and a Graph of its own.
const graphDoD = "https://dod-graph.microsoft.us"

// places is where the requests of one tenant go.
type places struct {
	arm, graph, authority *url.URL
	armScope, graphScope  string
	assertion             string
	// private says that the sign-in service is not one of Microsoft's own, which
	// nobody else can vouch for.
	private bool
}

// placesOf joins the cloud of o with its endpoints. A token is for the cloud's own
// service wherever the requests go, since a proxy or an emulator stands for it.
func placesOf(o Options) (places, error) {
	c, err := cloudOf(o.Cloud)
	if err != nil {
		return places{}, err
	}
	p := places{armScope: c.armScope, graphScope: c.graph + "/.default", assertion: c.assertion, private: o.Endpoints.Authority != ""}
	for _, e := range []struct {
		to              **url.URL
		name, own, text string
	}{
		{&p.arm, "resource_manager", c.arm, o.Endpoints.ResourceManager},
		{&p.graph, "graph", c.graph, o.Endpoints.Graph},
		{&p.authority, "authority", c.authority, o.Endpoints.Authority},
	} {
		text := e.text
		if text == "" {
			text = e.own
		}
		if *e.to, err = parseEndpoint(text); err != nil {
			if u, err := url.Parse(text); err == nil && u.User != nil {
				text = u.Redacted() // somebody may have put a password there
			}
			return places{}, &rbac.Error{
				Kind: rbac.Invalid, Field: "endpoints." + e.name,
				Message: fmt.Sprintf("%q is no endpoint: %s. Write an absolute URL such as %q.", text, err, e.own),
			}
		}
	}
	if p.graph.String() == graphDoD {
		p.graphScope = graphDoD + "/.default"
	}
	return p, nil
}

// parseEndpoint reads an absolute https URL and takes the trailing slashes off.
func parseEndpoint(text string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimRight(strings.TrimSpace(text), "/"))
	switch {
	case err != nil || u.Host == "":
		return nil, fmt.Errorf("it has no host")
	case u.Scheme != "https":
		return nil, fmt.Errorf("its scheme must be https, since tokens are sent to it")
	case u.User != nil:
		return nil, fmt.Errorf("it must not have a user in it")
	case u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("it must end after the path")
	}
	return u, nil
}
