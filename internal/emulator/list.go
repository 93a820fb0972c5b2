// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"encoding/base64"
	"maps"
	"net/url"
	"strconv"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// Pages as the services cut them where nobody says otherwise. What the services
// do is documented for resourceActions only (100); lists of roles were always
// seen whole.
const (
	graphPageSize = 100
	otherPageSize = 1000
	maxTop        = 999 // of Graph; larger is clamped
)

// armList is the answer to a GET of a list of Azure Resource Manager.
func armList[T any](c *call, items []T) (reply, error) {
	page, next, err := paged(c, items)
	return reply{body: wire.Page[T]{Value: page, NextLink: next}}, err
}

// graphList is the answer to a GET of a list of Graph. The context is what
// stands behind "$metadata#", such as "roleManagement/directory/roleDefinitions".
func graphList[T any](c *call, context string, items []T) (reply, error) {
	page, next, err := paged(c, items)
	l := wire.Collection[T]{Context: c.context(context), Value: page, NextLink: next}
	if strings.EqualFold(c.option("$count"), "true") {
		n := len(items)
		l.Count = &n
	}
	return reply{body: l}, err
}

// context is an @odata.context of the version and host that the client asked.
func (c *call) context(what string) string {
	return c.base + "/" + c.version + "/$metadata#" + what
}

// paged cuts the page that the call asks for out of a list ($skiptoken; of Graph
// also $top and $skip) and returns the URL of the next one, "" on the last.
func paged[T any](c *call, items []T) (page []T, next string, err error) {
	size, err := c.size()
	if err != nil {
		return nil, "", err
	}
	from, err := c.offset()
	if err != nil {
		return nil, "", err
	}
	from = min(from, len(items))
	to := min(from+size, len(items))
	if to == len(items) {
		return items[from:], "", nil
	}
	query := maps.Clone(c.query)
	for name := range query {
		if strings.EqualFold(name, "$skiptoken") || strings.EqualFold(name, "$skip") {
			delete(query, name)
		}
	}
	query.Set(c.skipToken(), base64.RawURLEncoding.EncodeToString([]byte("page:"+strconv.Itoa(to))))
	return items[from:to], c.link(c.path, query), nil
}

// skipToken is the option as each service spells it.
func (c *call) skipToken() string {
	if c.service == armService {
		return "$skipToken"
	}
	return "$skiptoken"
}

// size is how many items the page has.
func (c *call) size() (int, error) {
	size := otherPageSize
	if c.service == graphService {
		size = graphPageSize
	}
	if c.pageSize > 0 {
		size = c.pageSize
	}
	top := c.option("$top")
	if top == "" || c.service == armService {
		return size, nil
	}
	n, err := strconv.Atoi(top)
	if err != nil || n < 1 {
		return 0, refuse(400, "BadRequest", "Invalid page size specified: '"+top+"'. Must be between 1 and 999 inclusive.")
	}
	n = min(n, maxTop)
	if c.pageSize > 0 {
		n = min(n, c.pageSize)
	}
	return n, nil
}

// offset is where the page begins.
func (c *call) offset() (int, error) {
	if token := c.option("$skiptoken"); token != "" {
		raw, err := base64.RawURLEncoding.DecodeString(token)
		text, ok := strings.CutPrefix(string(raw), "page:")
		n, convErr := strconv.Atoi(text)
		if err != nil || !ok || convErr != nil || n < 0 {
			if c.service == armService {
				return 0, refuse(400, "InvalidSkipToken", "The skip token is invalid.")
			}
			return 0, refuse(400, "BadRequest", "Invalid skip token.")
		}
		return n, nil
	}
	skip := c.option("$skip")
	if skip == "" || c.service == armService {
		return 0, nil
	}
	n, err := strconv.Atoi(skip)
	if err != nil || n < 0 {
		return 0, refuse(400, "BadRequest", "Invalid value for $skip.")
	}
	return n, nil
}

// link returns an absolute URL at the host that the client asked.
func (c *call) link(path string, query url.Values) string {
	link := c.base + (&url.URL{Path: path}).EscapedPath()
	if len(query) > 0 {
		link += "?" + query.Encode()
	}
	return link
}
