// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Noun names what a resource or data source is about.
type Noun struct {
	Type string // the Terraform type, such as rbac_azure_custom_role
	Name string // in a sentence, such as "Azure custom role"
}

// AddError reports err under the headline summary, on the attribute that the
// error names if has says that there is one.
func AddError(diags *diag.Diagnostics, summary string, noun Noun, err error, has func(field string) bool) {
	var e *rbac.Error
	switch {
	// First, whatever a backend says of it; its words follow.
	case errors.Is(err, context.DeadlineExceeded):
		detail := "The operation did not end within its time. Whether it took effect is not known: run a plan to see, " +
			"and raise the value in `timeouts` if the service needs longer."
		if errors.As(err, &e) && e.Message != "" {
			detail += "\n\n" + Detail(e, Noun{})
		}
		diags.AddError(summary, detail)
	case errors.Is(err, context.Canceled):
		diags.AddError(summary, "The operation was cancelled. Run a plan to see what took effect.")
	case errors.As(err, &e):
		detail := Detail(e, noun)
		if e.Field != "" && has != nil && has(e.Field) {
			diags.AddAttributeError(path.Root(e.Field), summary, detail)
			return
		}
		diags.AddError(summary, detail)
	default:
		diags.AddError(summary, "Something unforeseen went wrong; please report it with the provider's log (TF_LOG=debug).\n\nCause: "+err.Error())
	}
}

// Detail is the text of an error: its sentences, the import block when another
// object is in the way, then its facts.
func Detail(e *rbac.Error, noun Noun) string {
	var b strings.Builder
	b.WriteString(e.Message)
	if e.Kind == rbac.Exists {
		b.WriteString(importBlock(noun, e.Existing))
	}
	return b.String() + facts("Rule", e.Rule, "Code", e.Code, "Request ID", e.RequestID, "Source", e.Source)
}

// importBlock shows how an object that is in the way is taken under management.
func importBlock(noun Noun, id string) string {
	if id == "" || noun.Type == "" {
		return ""
	}
	return "\n\nIf it is to be managed here, import it:\n\n  import {\n    to = " + noun.Type + ".NAME\n    id = \"" + id + "\"\n  }"
}

// facts lists those of some key and value pairs that have a value, a line each.
func facts(pairs ...string) string {
	var lines []string
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			lines = append(lines, pairs[i]+": "+pairs[i+1])
		}
	}
	if lines == nil {
		return ""
	}
	return "\n\n" + strings.Join(lines, "\n")
}

// AddViolations reports broken rules, each on its attribute; a rule about the
// whole object has none. Rules that speak of a whole attribute wait while
// undecided says that it is not known yet.
func AddViolations(diags *diag.Diagnostics, noun Noun, vs []rbac.Violation, severity func(rbac.Violation) rbac.Severity, undecided func(field string) bool) {
	for _, v := range vs {
		if v.Value == "" && undecided != nil && undecided(v.Field) {
			continue
		}
		sev := v.Grave()
		if severity != nil {
			sev = severity(v)
		}
		at := path.Root(v.Field)
		if v.Element {
			at = at.AtSetValue(types.StringValue(v.Value))
		}
		detail := v.Message + importBlock(noun, v.Existing) + facts("Rule", v.Rule.Name, "Source", v.Rule.Source)
		var d diag.Diagnostic
		switch sev {
		case rbac.SeverityOff:
			continue
		case rbac.SeverityWarning:
			d = diag.NewWarningDiagnostic(v.Rule.Summary, detail)
		default:
			d = diag.NewErrorDiagnostic(v.Rule.Summary, detail)
		}
		if v.Field != "" {
			d = diag.WithPath(at, d)
		}
		diags.Append(d)
	}
}

// Undecided answers for AddViolations which of some attributes are unknown or
// hold an unknown element.
func Undecided(values map[string]attr.Value) func(string) bool {
	return func(field string) bool {
		v, ok := values[field]
		if !ok {
			return false
		}
		if v.IsUnknown() {
			return true
		}
		if set, ok := v.(types.Set); ok {
			for _, e := range set.Elements() {
				if e.IsUnknown() {
					return true
				}
			}
		}
		return false
	}
}
