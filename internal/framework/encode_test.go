// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

type encodedPart struct {
	Text string `tfsdk:"text"`
}

type encodedItem struct {
	encodedPart
	Flag   *bool    `tfsdk:"flag"`
	Number int64    `tfsdk:"number"`
	Names  []string `tfsdk:"names"`
}

type encodedModel struct {
	Filter types.String  `tfsdk:"filter"`
	Items  []encodedItem `tfsdk:"items"`
}

func TestAModelOfPlainValuesBecomesTheValueOfItsSchema(t *testing.T) {
	t.Parallel()
	names := tftypes.List{ElementType: tftypes.String}
	item := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"text": tftypes.String, "flag": tftypes.Bool, "number": tftypes.Number, "names": names}}
	items := tftypes.List{ElementType: item}
	object := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"filter": tftypes.String, "items": items}}
	yes := true
	got, err := encode(t.Context(), encodedModel{types.StringNull(), []encodedItem{
		{encodedPart{"a"}, &yes, 3, []string{"x", "y"}},
		{Names: []string{}},
	}}, object)
	if err != nil {
		t.Fatal(err)
	}
	want := tftypes.NewValue(object, map[string]tftypes.Value{
		"filter": tftypes.NewValue(tftypes.String, nil),
		"items": tftypes.NewValue(items, []tftypes.Value{
			tftypes.NewValue(item, map[string]tftypes.Value{
				"text": tftypes.NewValue(tftypes.String, "a"), "flag": tftypes.NewValue(tftypes.Bool, true), "number": tftypes.NewValue(tftypes.Number, 3),
				"names": tftypes.NewValue(names, []tftypes.Value{tftypes.NewValue(tftypes.String, "x"), tftypes.NewValue(tftypes.String, "y")}),
			}),
			tftypes.NewValue(item, map[string]tftypes.Value{
				"text": tftypes.NewValue(tftypes.String, ""), "flag": tftypes.NewValue(tftypes.Bool, nil), "number": tftypes.NewValue(tftypes.Number, 0),
				"names": tftypes.NewValue(names, []tftypes.Value{}),
			}),
		}),
	})
	if !got.Equal(want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
}

func TestAModelThatDoesNotFitItsSchemaIsAnErrorAndNoPanic(t *testing.T) {
	t.Parallel()
	object := func(attributes map[string]tftypes.Type) tftypes.Type {
		return tftypes.Object{AttributeTypes: attributes}
	}
	for what, typ := range map[string]tftypes.Type{
		"another kind":          tftypes.String,
		"another name":          object(map[string]tftypes.Type{"word": tftypes.String}),
		"one attribute more":    object(map[string]tftypes.Type{"text": tftypes.String, "more": tftypes.String}),
		"another type within":   object(map[string]tftypes.Type{"text": tftypes.Bool}),
		"a list instead of one": object(map[string]tftypes.Type{"text": tftypes.List{ElementType: tftypes.String}}),
	} {
		if got, err := encode(t.Context(), encodedPart{"a"}, typ); err == nil {
			t.Errorf("%s: got %v, want an error", what, got)
		}
	}
}
