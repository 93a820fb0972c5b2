// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// ReadData runs the read of a data source whose model is M: read fills the
// model, which holds the configuration.
func ReadData[M any](ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse, noun Noun, read func(context.Context, *M) error) {
	var m M
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	if err := read(ctx, &m); err != nil {
		AddDataError(resp, req, noun, err)
		return
	}
	state, err := encode(ctx, m, resp.State.Raw.Type())
	if err != nil {
		AddDataError(resp, req, noun, err)
		return
	}
	resp.State.Raw = state
}

// AddDataError reports why a data source could not be read, on the attribute
// that the error names if there is one.
func AddDataError(resp *datasource.ReadResponse, req datasource.ReadRequest, noun Noun, err error) {
	AddError(&resp.Diagnostics, "Cannot read "+noun.Name, noun, err, func(field string) bool {
		_, ok := req.Config.Schema.GetAttributes()[field]
		return ok
	})
}

// DataString is a computed string of a data source.
func DataString(description string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Computed: true}
}

// DataBool is a computed flag of a data source.
func DataBool(description string) schema.BoolAttribute {
	return schema.BoolAttribute{MarkdownDescription: description, Computed: true}
}

// DataNumber is a computed whole number of a data source.
func DataNumber(description string) schema.Int64Attribute {
	return schema.Int64Attribute{MarkdownDescription: description, Computed: true}
}

// DataStrings is a computed list of strings of a data source.
func DataStrings(description string) schema.ListAttribute {
	return schema.ListAttribute{MarkdownDescription: description, ElementType: types.StringType, Computed: true}
}

// DataItems is the computed list of objects that a data source is about.
func DataItems(description string, attributes map[string]schema.Attribute) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		MarkdownDescription: description, Computed: true,
		NestedObject: schema.NestedAttributeObject{Attributes: attributes},
	}
}

// FilterString is an optional string that narrows a data source; empty is
// refused, since it would narrow nothing.
func FilterString(description string, validators ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: description, Optional: true,
		Validators: append([]validator.String{Valid("Empty filter", CheckNotEmpty("The filter"))}, validators...),
	}
}

// FilterBool is an optional flag that narrows a data source.
func FilterBool(description string) schema.BoolAttribute {
	return schema.BoolAttribute{MarkdownDescription: description, Optional: true}
}

// AskedStrings is an optional list of strings that a data source answers for one
// by one, each of them well-formed; an empty list is refused, since it would ask
// for nothing.
func AskedStrings(description, summary string, check func(string) error) schema.ListAttribute {
	return schema.ListAttribute{
		MarkdownDescription: description, ElementType: types.StringType, Optional: true,
		Validators: []validator.List{listvalidator.SizeAtLeast(1), listvalidator.ValueStringsAre(Valid(summary, check))},
	}
}

// FilterStrings is an optional set of strings that narrows a data source, each
// of them well-formed; an empty set is refused, since it would select nothing
// or everything.
func FilterStrings(description, summary string, check func(string) error) schema.SetAttribute {
	return schema.SetAttribute{
		MarkdownDescription: description, ElementType: types.StringType, Optional: true,
		Validators: []validator.Set{setvalidator.SizeAtLeast(1), EachValid(summary, check)},
	}
}
