// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
	"context"
	"fmt"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// encoder turns the model of a data source into the value of its schema. The
// framework's own way visits every attribute of every item several times, which
// takes seconds for lists of thousands; this one is for models of plain Go
// values: structs with tfsdk tags, slices, strings, flags, int64 and pointers to
// them, and the framework's values.
type encoder struct {
	ctx    context.Context // lives for one call
	fields map[reflect.Type][]field
}

type field struct {
	name  string
	index []int
}

// encode returns model, a struct, as a value of typ.
func encode(ctx context.Context, model any, typ tftypes.Type) (tftypes.Value, error) {
	e := encoder{ctx, map[reflect.Type][]field{}}
	return e.value(reflect.ValueOf(model), typ)
}

func (e encoder) value(v reflect.Value, typ tftypes.Type) (tftypes.Value, error) {
	if a, ok := v.Interface().(attr.Value); ok {
		return a.ToTerraformValue(e.ctx)
	}
	var plain any
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return e.value(v.Elem(), typ)
		}
	case reflect.String:
		plain = v.String()
	case reflect.Bool:
		plain = v.Bool()
	case reflect.Int64:
		plain = v.Int()
	case reflect.Slice:
		list, ok := typ.(tftypes.List)
		if !ok {
			return tftypes.Value{}, mismatch(v, typ)
		}
		elements := make([]tftypes.Value, v.Len())
		for i := range elements {
			var err error
			if elements[i], err = e.value(v.Index(i), list.ElementType); err != nil {
				return tftypes.Value{}, err
			}
		}
		plain = elements
	case reflect.Struct:
		object, ok := typ.(tftypes.Object)
		fields := e.of(v.Type())
		if !ok || len(fields) != len(object.AttributeTypes) {
			return tftypes.Value{}, mismatch(v, typ)
		}
		attributes := make(map[string]tftypes.Value, len(fields))
		for _, f := range fields {
			of, ok := object.AttributeTypes[f.name]
			if !ok {
				return tftypes.Value{}, mismatch(v, typ)
			}
			var err error
			if attributes[f.name], err = e.value(v.FieldByIndex(f.index), of); err != nil {
				return tftypes.Value{}, err
			}
		}
		return tftypes.NewValue(typ, attributes), nil
	default:
		return tftypes.Value{}, mismatch(v, typ)
	}
	if err := tftypes.ValidateValue(typ, plain); err != nil {
		return tftypes.Value{}, fmt.Errorf("%w: %w", mismatch(v, typ), err)
	}
	return tftypes.NewValue(typ, plain), nil
}

// of lists the attributes of a struct, those of embedded structs included.
func (e encoder) of(typ reflect.Type) []field {
	if known, ok := e.fields[typ]; ok {
		return known
	}
	var out []field
	for _, f := range reflect.VisibleFields(typ) {
		if name, ok := f.Tag.Lookup("tfsdk"); ok {
			out = append(out, field{name, f.Index})
		}
	}
	e.fields[typ] = out
	return out
}

func mismatch(v reflect.Value, typ tftypes.Type) error {
	return fmt.Errorf("the model %s does not fit the schema type %s", v.Type(), typ)
}
