// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

var _ provider.ProviderWithFunctions = (*rbacProvider)(nil)

func (p *rbacProvider) Functions(context.Context) []func() function.Function {
	var out []func() function.Function
	for _, f := range []pureFunction{
		azureRoleFromJSON(), azureRoleToJSON(), actionMatches(), expandActions(), rolePermits(),
		diffPermissions(), parseAzureScope(), intunePermissionFunction(), leastPrivilegedRoles(),
	} {
		out = append(out, func() function.Function { return f })
	}
	return out
}

// pureFunction is a function that the configuration and the catalog alone decide.
type pureFunction struct {
	name       string
	definition function.Definition
	// run gets the arguments as plain Go values, every one of them known: strings,
	// flags, numbers, []any, map[string]any, and nil for null inside of others.
	// The result is a value or struct that fits the return of the definition.
	// An error of an argument is an *argumentError.
	run func(args []any) (any, error)
}

// argumentError is what is wrong with one argument, as a sentence.
type argumentError struct {
	argument int
	text     string
}

func (e *argumentError) Error() string { return e.text }

func wrong(argument int, text string) error { return &argumentError{argument, text} }

// wrongBy makes an error about an argument of one about its value.
func wrongBy(argument int, err error) error {
	var e *rbac.Error
	if errors.As(err, &e) {
		return wrong(argument, e.Message)
	}
	return err
}

func (f pureFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = f.name
}

func (f pureFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = f.definition
}

// Run calls the function. Where something is unknown, a part of a list too, the
// result is.
func (f pureFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	args := make([]any, len(f.definition.Parameters))
	for i := range args {
		var v attr.Value
		if resp.Error = req.Arguments.GetArgument(ctx, i, &v); resp.Error != nil {
			return
		}
		value, err := v.ToTerraformValue(ctx)
		if err != nil {
			resp.Error = function.NewArgumentFuncError(int64(i), "The value can't be read.")
			return
		}
		if !value.IsFullyKnown() {
			return
		}
		if value.IsNull() {
			resp.Error = function.NewArgumentFuncError(int64(i), "The argument \""+f.definition.Parameters[i].GetName()+"\" is null. Give a value.")
			return
		}
		args[i] = plain(value)
	}
	result, err := f.run(args)
	var e *argumentError
	switch {
	case errors.As(err, &e):
		resp.Error = function.NewArgumentFuncError(int64(e.argument), e.text)
	case err != nil:
		resp.Error = function.NewFuncError(err.Error())
	default:
		resp.Error = resp.Result.Set(ctx, result)
	}
}

// plain is a known value as Go has it.
func plain(v tftypes.Value) any {
	if v.IsNull() {
		return nil
	}
	var text string
	var flag bool
	var elements []tftypes.Value
	var attributes map[string]tftypes.Value
	switch {
	case v.As(&text) == nil:
		return text
	case v.As(&flag) == nil:
		return flag
	case v.As(&elements) == nil:
		out := make([]any, len(elements))
		for i, e := range elements {
			out[i] = plain(e)
		}
		return out
	case v.As(&attributes) == nil:
		out := make(map[string]any, len(attributes))
		for name, a := range attributes {
			out[name] = plain(a)
		}
		return out
	default:
		return v // a number: no function takes one
	}
}

// textsOf reads a list or set of strings; what says which argument or attribute it is.
func textsOf(argument int, what string, v any) ([]string, error) {
	list, ok := v.([]any)
	if !ok {
		return nil, wrong(argument, what+" must be a list or set of strings.")
	}
	out := make([]string, len(list))
	for i, item := range list {
		if out[i], ok = item.(string); !ok {
			return nil, wrong(argument, "Element "+strconv.Itoa(i)+" of "+what+" is null or no string. Every element must be a string.")
		}
	}
	return out, nil
}

func stringParameter(name, description string) function.Parameter {
	return function.StringParameter{Name: name, MarkdownDescription: description, AllowNullValue: true}
}

func listParameter(name, description string) function.Parameter {
	return function.ListParameter{Name: name, MarkdownDescription: description, ElementType: types.StringType, AllowNullValue: true}
}

func dynamicParameter(name, description string) function.Parameter {
	return function.DynamicParameter{Name: name, MarkdownDescription: description, AllowNullValue: true}
}

var stringList = types.ListType{ElemType: types.StringType}

// systemOf reads the argument that names a system.
func systemOf(argument int, v any) (rbac.System, error) {
	name, _ := v.(string)
	names := []string{string(rbac.Azure), string(rbac.Entra), string(rbac.Intune)}
	for _, n := range names {
		if n == name {
			return rbac.System(n), nil
		}
	}
	return "", wrong(argument, "\""+name+"\" is no system. It is "+rbac.QuotedOr(names)+"."+rbac.DidYouMean(name, names))
}
