// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// collection is one kind of Graph's documents: how its lists and its single
// documents answer the query options.
type collection[T any] struct {
	context  string // what stands behind $metadata#, such as roleManagement/directory/roleDefinitions
	filter   filterable[T]
	document func(c *call, v T) any
	// expand are the navigation properties that can be asked for.
	expand map[string]expander[T]
	// pageSize is how many items the service sends at once; 0 leaves it to paged.
	pageSize int
	// silent are members of which the tenant tells nothing: null when a $select
	// names them.
	silent []string
	// some returns the members that only some of the items have; nil for none.
	some func() []string
}

// expander reads what an $expand needs once per request, and returns what
// stands in each document.
type expander[T any] func(ctx context.Context, c *call) (func(v T) (any, error), error)

// list answers a GET of the collection with those of rows that the query asks for.
func (l collection[T]) list(ctx context.Context, c *call, rows []T) (reply, error) {
	keep, _, err := filterOf(c.option("$filter"), l.filter)
	if err != nil {
		return reply{}, queryRefusal(c, err)
	}
	for _, name := range []string{"$orderby", "$search"} {
		if c.option(name) != "" {
			return reply{}, queryRefusal(c, &queryError{unsupported: true, message: fmt.Sprintf("Unsupported query: %s is not supported for '%s'.", name, l.filter.resource)})
		}
	}
	var kept []T
	for _, v := range rows {
		if keep(v) {
			kept = append(kept, v)
		}
	}
	show, selected, err := l.view(ctx, c)
	if err != nil {
		return reply{}, err
	}
	if c.pageSize == 0 {
		c.pageSize = l.pageSize
	}
	page, next, err := paged(c, kept)
	if err != nil {
		return reply{}, err
	}
	out := wire.Collection[any]{Context: c.context(l.context + selected), NextLink: next, Value: make([]any, 0, len(page))}
	if strings.EqualFold(c.option("$count"), "true") {
		n := len(kept)
		out.Count = &n
	}
	for _, v := range page {
		d, err := show(v)
		if err != nil {
			return reply{}, err
		}
		out.Value = append(out.Value, d)
	}
	return reply{body: out}, nil
}

// one answers a GET of a single document, and a POST that made it.
func (l collection[T]) one(ctx context.Context, c *call, v T) (reply, error) {
	show, selected, err := l.view(ctx, c)
	if err != nil {
		return reply{}, err
	}
	d, err := show(v)
	if err != nil {
		return reply{}, err
	}
	body, err := documentOf(d)
	if err != nil {
		return reply{}, err
	}
	return reply{body: append(document{{"@odata.context", c.context(l.context + selected + "/$entity")}}, body...)}, nil
}

// view reads $select and $expand, and returns what makes a document of an item
// and how the context tells of it.
func (l collection[T]) view(ctx context.Context, c *call) (show func(T) (any, error), selected string, err error) {
	fields := parseSelect(c.option("$select"))
	expansions, err := parseExpand(c.option("$expand"))
	if err != nil {
		return nil, "", queryRefusal(c, err)
	}
	if err := l.known(c, fields); err != nil {
		return nil, "", err
	}
	values := make([]func(T) (any, error), len(expansions))
	for i, e := range expansions {
		expand, ok := l.expand[e.name]
		if !ok {
			return nil, "", queryRefusal(c, &queryError{message: fmt.Sprintf("Parsing OData Select and Expand failed: Could not find a property named '%s' on type 'microsoft.graph.%s'.", e.name, l.filter.resource)})
		}
		if values[i], err = expand(ctx, c); err != nil {
			return nil, "", err
		}
	}
	if len(fields) == 0 && len(expansions) == 0 {
		return func(v T) (any, error) { return l.document(c, v), nil }, "", nil
	}
	parts := slices.Clone(fields)
	for _, e := range expansions {
		parts = append(parts, e.name+"()")
	}
	return func(v T) (any, error) {
		d, err := documentOf(l.document(c, v))
		if err != nil {
			return nil, err
		}
		if len(fields) > 0 {
			d = d.only(fields)
			for _, f := range fields {
				if slices.Contains(l.silent, f) && d.index(f) < 0 {
					d = d.with(f, nil)
				}
			}
		}
		for i, e := range expansions {
			value, err := values[i](v)
			if err != nil {
				return nil, err
			}
			if d, err = expanded(d, e, value); err != nil {
				return nil, err
			}
		}
		return d, nil
	}, "(" + strings.Join(parts, ",") + ")", nil
}

// expanded puts the value of an $expand into a document, cut to the fields that
// are asked for.
func expanded(d document, e expansion, value any) (document, error) {
	_, property, _ := strings.Cut(e.name, "/") // a cast in front is no part of the name
	if property == "" {
		property = e.name
	}
	if whole, ok := value.(reshaped); ok {
		d, value = whole.shape(d), whole.value
	}
	if items, ok := value.([]any); ok {
		cut := make([]any, 0, len(items))
		for _, item := range items {
			one, err := selectedFrom(item, e.fields)
			if err != nil {
				return nil, err
			}
			cut = append(cut, one)
		}
		return d.with(property, cut), nil
	}
	one, err := selectedFrom(value, e.fields)
	return d.with(property, one), err
}

// reshaped is the value of an $expand that changes the rest of the document too.
type reshaped struct {
	value any
	shape func(document) document
}

func selectedFrom(value any, fields []string) (any, error) {
	if value == nil || len(fields) == 0 {
		return value, nil
	}
	d, err := documentOf(value)
	return d.only(fields), err
}

// known refuses the names of a $select that the documents do not have.
func (l collection[T]) known(c *call, fields []string) error {
	if len(fields) == 0 {
		return nil
	}
	var zero T
	names := slices.Concat(jsonNames(l.document(c, zero)), l.silent)
	if l.some != nil {
		names = append(names, l.some()...)
	}
	for _, f := range fields {
		if _, expandable := l.expand[f]; !slices.Contains(names, f) && !expandable {
			return queryRefusal(c, &queryError{message: fmt.Sprintf("Parsing OData Select and Expand failed: Could not find a property named '%s' on type 'microsoft.graph.%s'.", f, l.filter.resource)})
		}
	}
	return nil
}

// jsonNames are the members that a document can have.
func jsonNames(v any) []string {
	var out []string
	if d, ok := v.(document); ok {
		for _, m := range d {
			out = append(out, m.name)
		}
		return out
	}
	for _, f := range reflect.VisibleFields(reflect.TypeOf(v)) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" {
			out = append(out, name)
		}
	}
	return out
}

// queryRefusal is the answer to a query option that can't be carried out.
func queryRefusal(c *call, err error) error {
	var filter *filterError
	var query *queryError
	code := wire.CodeBadRequest
	if c.service == graphService && (errors.As(err, &filter) && filter.unsupported || errors.As(err, &query) && query.unsupported) {
		code = wire.CodeUnsupportedQuery
	}
	return refuse(http.StatusBadRequest, code, err.Error())
}

// about notes what a request was about, for the words of the refusal, and
// returns err.
func about(c *call, err error, v wire.Values) error {
	v.Tenant, v.Caller = c.about.Tenant, c.about.Caller
	c.about = v
	return err
}

// missing is the error of an object that does not exist.
func missing(c *call, id string) error {
	return about(c, &rbac.Error{Kind: rbac.NotFound, System: rbac.Entra, Code: wire.CodeRequestNotFound, Message: fmt.Sprintf("There is no object %q.", id)}, wire.Values{ID: id})
}

// badRequest is a refusal of the directory in words of its own.
func badRequest(format string, values ...any) error {
	return refuse(http.StatusBadRequest, wire.CodeRequestBadRequest, fmt.Sprintf(format, values...))
}
