// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
	"context"
	"errors"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Valid checks a known string with a domain parser and reports its error on
// the attribute or set element.
func Valid(summary string, check func(string) error) validator.String {
	return validString{summary, check}
}

// EachValid is Valid for every element of a set; elements must not be null.
func EachValid(summary string, check func(string) error) validator.Set {
	return setvalidator.ValueStringsAre(Valid(summary, check))
}

type validString struct {
	summary string
	check   func(string) error
}

func (validString) Description(context.Context) string {
	return "value must be well-formed"
}

func (v validString) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v validString) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	err := v.check(req.ConfigValue.ValueString())
	if err == nil {
		return
	}
	var e *rbac.Error
	if errors.As(err, &e) {
		resp.Diagnostics.AddAttributeError(req.Path, v.summary, Detail(e, Noun{}))
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, v.summary, err.Error())
}

// CheckGUID is the check of an object ID; what names it in the sentence.
func CheckGUID(what string) func(string) error {
	return func(s string) error {
		if _, ok := rbac.ParseGUID(s); ok {
			return nil
		}
		return &rbac.Error{Kind: rbac.Invalid, Message: `"` + s + `" is no GUID. ` + what +
			` is written as 32 hexadecimal digits, such as "11111111-2222-3333-4444-555555555555".`}
	}
}

// Under makes a check the check of a rule: its errors name the rule.
func Under(rule rbac.Rule, check func(string) error) func(string) error {
	return func(s string) error {
		err := check(s)
		var e *rbac.Error
		if !errors.As(err, &e) {
			return err
		}
		told := *e
		told.Rule, told.Source = rule.Name, rule.Source
		return &told
	}
}

// CheckNotEmpty refuses an empty string that would mean nothing.
func CheckNotEmpty(what string) func(string) error {
	return func(s string) error {
		if s != "" {
			return nil
		}
		return &rbac.Error{Kind: rbac.Invalid, Message: what + " is empty, which means nothing. Leave the attribute out, or set it to null."}
	}
}

// OneOf accepts one of a few values, exactly as they are spelled.
func OneOf(summary string, values ...string) validator.String {
	return Valid(summary, func(s string) error {
		if slices.Contains(values, s) {
			return nil
		}
		hint := ""
		if len(values) > 1 {
			hint = rbac.DidYouMean(s, values)
		}
		return &rbac.Error{Kind: rbac.Invalid, Message: `The value is "` + s + `". It must be ` + rbac.QuotedOr(values) + `.` + hint}
	})
}
