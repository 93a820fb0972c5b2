// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// The time an operation may take unless `timeouts` says otherwise.
const (
	writeTimeout = 20 * time.Minute
	readTimeout  = 5 * time.Minute
)

// IDAttribute is a computed `id` that never changes.
func IDAttribute(description string) schema.StringAttribute {
	return ComputedString(description)
}

// ComputedString is a computed attribute that keeps its value through updates.
func ComputedString(description string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: description, Computed: true,
		PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
}

// OptionalString is an optional attribute whose default is the empty string.
func OptionalString(description string, validators ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: description, Optional: true, Computed: true,
		Default: stringdefault.StaticString(""), Validators: validators,
	}
}

// OptionalSet is an optional set of strings whose default is the empty set.
func OptionalSet(description string, key func(string) string, validators ...validator.Set) schema.SetAttribute {
	a := RequiredSet(description, key, validators...)
	a.Required, a.Optional, a.Computed = false, true, true
	a.Default = setdefault.StaticValue(types.SetValueMust(types.StringType, nil))
	return a
}

// UnmanagedSet is an optional set of strings that the service fills when it is
// left out; left out later, it keeps what it has.
func UnmanagedSet(description string, key func(string) string, validators ...validator.Set) schema.SetAttribute {
	a := RequiredSet(description, key, validators...)
	a.Required, a.Optional, a.Computed = false, true, true
	return a
}

// RequiredSet is a required set of strings that mean the same in any spelling
// with the same key.
func RequiredSet(description string, key func(string) string, validators ...validator.Set) schema.SetAttribute {
	return schema.SetAttribute{
		MarkdownDescription: description, ElementType: types.StringType, Required: true,
		PlanModifiers: []planmodifier.Set{SameStringSet(key)}, Validators: validators,
	}
}

// Timeouts is the `timeouts` attribute of every resource. Resources that can't
// be updated have no `update`.
func Timeouts(ctx context.Context, updates bool) schema.Attribute {
	attribute := timeouts.Attributes(ctx, timeouts.Opts{
		Create: true, Read: true, Update: updates, Delete: true,
		CreateDescription: "How long a create may take, such as `30s` or `1h`. Default `20m`.",
		ReadDescription:   "How long a read may take. Default `5m`.",
		UpdateDescription: "How long an update may take. Default `20m`.",
		DeleteDescription: "How long a delete may take. Default `20m`.",
	})
	if nested, ok := attribute.(schema.SingleNestedAttribute); ok { // which it is; the library describes its parts only
		nested.MarkdownDescription = "How long each operation may take."
		return nested
	}
	return attribute
}

// Identity is the resource identity of every resource: its ID.
func Identity(description string) identityschema.Schema {
	return identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"id": identityschema.StringAttribute{RequiredForImport: true, Description: description},
	}}
}
