// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// pages reads a whole list of either service, page by page, from the first
// request on. The headers of r are sent with each page, since the link to the
// next one does not hold them.
func pages[T any](ctx context.Context, c *client, r request) ([]T, error) {
	var all []T
	items, next, err := page[T](ctx, c, r, "")
	all = append(all, items...)
	for seen := map[string]bool{}; err == nil && next != ""; {
		if err := c.mayFollow(r.System, next); err != nil {
			return nil, err
		}
		if seen[next] {
			return nil, &rbac.Error{Kind: rbac.Unavailable, System: r.System, Message: fmt.Sprintf(
				"The pages of the list at %q lead back to a page that was read already, so the list never ends. Try again later.", r.Path)}
		}
		seen[next] = true
		items, next, err = page[T](ctx, c, r, next)
		all = append(all, items...)
	}
	if err != nil {
		return nil, err
	}
	return all, nil
}

// page reads one page: the first of r, or the one at a link.
func page[T any](ctx context.Context, c *client, r request, link string) (items []T, next string, err error) {
	get := func(out any) error {
		if link == "" {
			_, err := c.do(ctx, r, out)
			return err
		}
		_, err := c.doURL(ctx, r, link, out)
		return err
	}
	if r.System == rbac.Azure {
		var p wire.Page[T]
		err = get(&p)
		return p.Value, p.NextLink, err
	}
	var p wire.Collection[T]
	err = get(&p)
	return p.Value, p.NextLink, err
}

// mayFollow refuses a link to another host, which must not get a token.
func (c *client) mayFollow(system rbac.System, link string) error {
	s := c.service(system)
	u, err := url.Parse(link)
	if err == nil && strings.EqualFold(u.Scheme, s.base.Scheme) && strings.EqualFold(hostPort(u), hostPort(s.base)) && u.User == nil {
		return nil
	}
	host := "no host at all"
	if err == nil && u.Host != "" {
		host = u.Host
	}
	return &rbac.Error{Kind: rbac.Unavailable, System: system, Message: fmt.Sprintf(
		"%s at %s says that the list goes on at %s. A token is for one host, so that link is not followed. "+
			"If the endpoint is a proxy, have it rewrite the links in answers.", s.name, s.base.Host, host)}
}

// hostPort is the host of an https URL with its port.
func hostPort(u *url.URL) string {
	if u.Port() == "" {
		return u.Host + ":443"
	}
	return u.Host
}
