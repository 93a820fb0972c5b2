// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package wire_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

const (
	request = "6f0b4a4d-7a4b-4c1e-9d1e-2f4f0f9b6c01"
	other   = "0d3f1f0e-3a63-4a5e-8d6b-57f1b1a9ce02"
)

// Where a body comes from stands before it.
func TestTheBodyOfARefusalIsReadWhateverTheService(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		status int
		body   string
		want   wire.Failure
		kind   rbac.Kind
	}{
		{
			// Azure PowerShell, RoleAssignmentTests/UpdateRa.json.
			"Azure Resource Manager", 400, "{\r\n  \"error\": {\r\n    \"code\": \"RoleAssignmentUpdateNotPermitted\",\r\n    \"message\": \"Tenant ID, application ID, principal ID, and scope are not allowed to be updated.\"\r\n  }\r\n}",
			wire.Failure{Code: "RoleAssignmentUpdateNotPermitted", Message: "Tenant ID, application ID, principal ID, and scope are not allowed to be updated."},
			rbac.Immutable,
		},
		{
			// https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/find-error-code
			"Azure Resource Manager with details", 409, `{"error": {"code": "Conflict", "message": "See details.", "target": null, "details": [{"code": "RoleAssignmentLimitExceeded", "message": "m"}], "additionalInfo": [{"type": "t", "info": {}}]}}`,
			wire.Failure{Code: "Conflict", Message: "See details.", Inner: "RoleAssignmentLimitExceeded"},
			rbac.LimitExceeded,
		},
		{
			"a resource provider without an envelope", 404, `{"code": "SubscriptionNotFound", "message": "The subscription 'x' could not be found."}`,
			wire.Failure{Code: "SubscriptionNotFound", Message: "The subscription 'x' could not be found."},
			rbac.ScopeNotFound,
		},
		{
			// https://learn.microsoft.com/graph/errors
			"Graph", 404, `{"error": {"code": "Request_ResourceNotFound", "message": "Resource 'x' does not exist or one of its queried reference-property objects are not present.",
				"innerError": {"date": "2024-01-05T08:11:00", "request-id": "` + request + `", "client-request-id": "` + other + `"}}}`,
			wire.Failure{Code: "Request_ResourceNotFound", Message: "Resource 'x' does not exist or one of its queried reference-property objects are not present.", RequestID: request},
			rbac.NotFound,
		},
		{
			"Graph with a code inside", 400, `{"error": {"code": "badRequest", "message": "m", "innererror": {"code": "invalidRange", "request-id": null}}}`,
			wire.Failure{Code: "badRequest", Message: "m", Inner: "invalidRange"},
			rbac.Invalid,
		},
		{
			"Graph with details", 409, `{"error": {"code": "Request_MultipleObjectsWithSameKeyValue", "message": "m", "details": [{"code": "ConflictingObjects", "message": "m", "target": "t"}]}}`,
			wire.Failure{Code: "Request_MultipleObjectsWithSameKeyValue", Message: "m", Inner: "ConflictingObjects"},
			rbac.Exists,
		},
		{
			// https://github.com/Azure/azure-cli/issues/33778
			"Privileged Identity Management behind Graph", 403, `{"error": {"code": "UnknownError", "message": "{\"errorCode\":\"PermissionScopeNotGranted\",\"message\":\"Authorization failed due to missing permission scope A,B.\",\"instanceAnnotations\":[]}", "innerError": {"request-id": "` + request + `"}}}`,
			wire.Failure{Code: "UnknownError", Message: "Authorization failed due to missing permission scope A,B.", Inner: "PermissionScopeNotGranted", RequestID: request},
			rbac.Forbidden,
		},
		{
			"Intune behind Graph", 400, `{"error": {"code": "BadRequest", "message": "{\r\n  \"_version\": 3,\r\n  \"Message\": \"ResourceScopes can only be defined when the ScopeType is set to 'ResourceScope' - Operation ID (for customer support): 00000000-0000-0000-0000-000000000000 - Activity ID: ` + request + ` - Url: https://proxy.manage.microsoft.com/StatelessRoleAdministrationFEService/deviceManagement/roleAssignments?api-version=5025\",\r\n  \"CustomApiErrorPhrase\": \"\",\r\n  \"RetryAfter\": null,\r\n  \"ErrorSourceService\": \"\",\r\n  \"HttpHeaders\": \"{}\"\r\n}"}}`,
			wire.Failure{Code: "BadRequest", Message: "ResourceScopes can only be defined when the ScopeType is set to 'ResourceScope'", RequestID: request},
			rbac.Invalid,
		},
		{
			"Intune that was never set up", 401, `{"error": {"code": "Forbidden", "message": "{\"_version\":3,\"Message\":\"An error has occurred - Operation ID (for customer support): x\",\"ErrorCode\":\"Forbidden\"}", "innerError": {"request-id": "` + other + `"}}}`,
			wire.Failure{Code: "Forbidden", Message: "An error has occurred", Inner: "Forbidden", RequestID: other},
			rbac.Unauthenticated,
		},
		{
			"a tenant without Intune", 400, `{"error": {"code": "BadRequest", "message": "Request not applicable to target tenant."}}`,
			wire.Failure{Code: "BadRequest", Message: "Request not applicable to target tenant."},
			rbac.Unsupported,
		},
		{
			// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
			"the token endpoint", 401, `{"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret provided. Trace ID: ` + request + ` Correlation ID: ` + other + ` Timestamp: 2024-01-05 08:11:00Z",
				"error_codes": [7000215], "timestamp": "2024-01-05 08:11:00Z", "trace_id": "` + request + `", "correlation_id": "` + other + `", "error_uri": "https://login.microsoftonline.com/error?code=7000215"}`,
			wire.Failure{Code: "invalid_client", Message: "Invalid client secret provided.", Inner: "AADSTS7000215", RequestID: other},
			rbac.Unauthenticated,
		},
		{
			"the token endpoint over several lines", 400, "{\"error\": \"invalid_request\", \"error_description\": \"AADSTS90002: Tenant 'x' not found.\\r\\nTrace ID: y\"}",
			wire.Failure{Code: "invalid_request", Message: "Tenant 'x' not found.", Inner: "AADSTS90002"},
			rbac.Unauthenticated,
		},
		{
			"the directory's first Graph", 403, `{"odata.error": {"code": "Authorization_RequestDenied", "message": {"lang": "en", "value": "Insufficient privileges to complete the operation."}}}`,
			wire.Failure{Code: "Authorization_RequestDenied", Message: "Insufficient privileges to complete the operation."},
			rbac.Forbidden,
		},
		{"a page for a browser", 503, "<!DOCTYPE HTML><html><head><title>Service Unavailable</title></head></html>", wire.Failure{}, rbac.Unavailable},
		{"nothing", 403, "", wire.Failure{}, rbac.Forbidden},
		{"JSON of another shape", 500, `["error"]`, wire.Failure{}, rbac.Unavailable},
		{"an error of another shape", 404, `{"error": [1, {"code": 2}]}`, wire.Failure{}, rbac.Unavailable},
		{"members of another shape", 400, `{"error": {"code": 7, "message": ["m"], "details": {}, "innerError": "x"}}`, wire.Failure{}, rbac.Invalid},
		{"a message that only looks like JSON", 400, `{"error": {"code": "BadRequest", "message": "{ 'a' is wrong"}}`, wire.Failure{Code: "BadRequest", Message: "{ 'a' is wrong"}, rbac.Invalid},
		{"a byte order mark", 404, "\xef\xbb\xbf" + `{"error": {"code": "RoleAssignmentNotFound", "message": "m"}}`, wire.Failure{Code: "RoleAssignmentNotFound", Message: "m"}, rbac.NotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.want.Status = c.status
			got := wire.ParseFailure(c.status, []byte(c.body))
			same(t, "the failure", got, c.want)
			same(t, "its kind", got.Kind(), c.kind)
		})
	}
}

func TestTheStatusTellsTheKindWhereNothingElseDoes(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]rbac.Kind{
		302: rbac.Unknown, 400: rbac.Invalid, 401: rbac.Unauthenticated, 403: rbac.Forbidden, 404: rbac.NotFound, 405: rbac.Invalid, 408: rbac.Unavailable,
		409: rbac.Unknown, 410: rbac.NotFound, 412: rbac.Unknown, 415: rbac.Invalid, 429: rbac.Unavailable, 500: rbac.Unavailable, 501: rbac.Unsupported, 503: rbac.Unavailable,
	} {
		bare := want
		if status == 404 {
			bare = rbac.Unavailable // a proxy's, or a wrong endpoint's: nothing is known to be gone
		}
		same(t, "the kind", wire.Failure{Status: status}.Kind(), bare)
		same(t, "the kind with a code that is not known", wire.Failure{Status: status, Code: "Teapot", Inner: "Short"}.Kind(), want)
	}
}

func TestAFailureBecomesAnErrorInWholeSentences(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		failure wire.Failure
		want    rbac.Error
	}{
		{
			wire.Failure{Status: 400, Code: "UnknownError", Inner: "PermissionScopeNotGranted", Message: "Authorization failed due to missing permission scope A", RequestID: request},
			rbac.Error{Kind: rbac.Forbidden, Code: "PermissionScopeNotGranted", Message: "Authorization failed due to missing permission scope A.", RequestID: request},
		},
		{
			wire.Failure{Status: 409, Code: "RoleAssignmentExists", Inner: "x", Message: "The role assignment already exists."},
			rbac.Error{Kind: rbac.Exists, Code: "RoleAssignmentExists", Message: "The role assignment already exists."},
		},
		{
			wire.Failure{Status: 503},
			rbac.Error{Kind: rbac.Unavailable, Message: "The service answered with the status 503 and without any words of its own."},
		},
	} {
		c.want.System = rbac.Entra
		same(t, "the error", *c.failure.Err(rbac.Entra), c.want)
	}
}

var at = time.Date(2024, 1, 5, 8, 11, 0, 0, time.UTC)

func TestTheEnvelopesAreWrittenAsTheServicesWriteThem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		got  []byte
		want string
	}{
		{"Azure Resource Manager", wire.ARMFailure("RoleAssignmentNotFound", "The role assignment 'a <b>' is not found."), `{"error": {"code": "RoleAssignmentNotFound", "message": "The role assignment 'a <b>' is not found."}}`},
		{
			"Graph", wire.GraphFailure("Request_BadRequest", "m", request, other, at),
			`{"error": {"code": "Request_BadRequest", "message": "m", "innerError": {"date": "2024-01-05T08:11:00", "request-id": "` + request + `", "client-request-id": "` + other + `"}}}`,
		},
		{
			"Intune", wire.IntuneFailure("BadRequest", "An error has occurred", request, other, at),
			`{"error": {"code": "BadRequest", "message": "{\r\n  \"_version\": 3,\r\n  \"Message\": \"An error has occurred - Operation ID (for customer support): 00000000-0000-0000-0000-000000000000 - Activity ID: ` + request +
				` - Url: https://proxy.manage.microsoft.com/StatelessRoleAdministrationFEService/deviceManagement?api-version=5025-09-04\",\r\n  \"CustomApiErrorPhrase\": \"\",\r\n  \"RetryAfter\": null,\r\n  \"ErrorSourceService\": \"\",\r\n  \"HttpHeaders\": \"{}\"\r\n}",
				"innerError": {"date": "2024-01-05T08:11:00", "request-id": "` + request + `", "client-request-id": "` + other + `"}}}`,
		},
		{
			"the token endpoint", wire.TokenFailure("invalid_client", "AADSTS7000215: Invalid client secret provided.", 7000215, request, other, at),
			`{"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret provided.", "error_codes": [7000215], "timestamp": "2024-01-05 08:11:00Z",
				"trace_id": "` + request + `", "correlation_id": "` + other + `", "error_uri": "https://login.microsoftonline.com/error?code=7000215"}`,
		},
	} {
		if got, want := string(c.got), compact(t, c.want); got != want {
			t.Errorf("%s: the body is\n%s\nwant\n%s", c.name, got, want)
		}
	}
}

func TestWhatAnEnvelopeHoldsIsReadAgain(t *testing.T) {
	t.Parallel()
	const code, message = "BadRequest", "Two lines,\n\"quoted\" & <more>: ü."
	want := wire.Failure{Status: 400, Code: code, Message: message, RequestID: request}
	same(t, "Graph", wire.ParseFailure(400, wire.GraphFailure(code, message, request, other, at)), want)
	same(t, "Intune", wire.ParseFailure(400, wire.IntuneFailure(code, message, request, other, at)), want)
	want.RequestID = ""
	same(t, "Azure Resource Manager", wire.ParseFailure(400, wire.ARMFailure(code, message)), want)
	same(t, "the token endpoint", wire.ParseFailure(401, wire.TokenFailure("invalid_client", "AADSTS7000215: m", 7000215, other, request, at)),
		wire.Failure{Status: 401, Code: "invalid_client", Message: "m", Inner: "AADSTS7000215", RequestID: request})
}

// https://learn.microsoft.com/azure/role-based-access-control/troubleshooting
func TestTheIDOfTheAssignmentInTheWayStandsInTheWords(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]rbac.GUID{
		"The role assignment already exists. The ID of the existing role assignment is 734de5f5c68041c08beb67b98c3539d2.":    grantName,
		"The role assignment already exists. [The ID of the existing role assignment is 734DE5F5C68041C08BEB67B98C3539D2.]":  grantName,
		"the id of the existing role assignment is '734de5f5-c680-41c0-8beb-67b98c3539d2', at the scope /":                   grantName,
		"The role assignment already exists. The ID of the existing role assignment is 734de5f5-c680-41c0-8beb-67b98c3539d2": grantName,
		"The ID of the existing role assignment is 734de5f5-c680-41c0-8beb-67b98c3539d2 at \"/\".":                           grantName,
		"The role assignment already exists.":                "",
		"The ID of the existing role assignment is unknown.": "",
		"İ: The ID of the existing role assignment is x":     "",
		"The ID of the existing role assignment is ":         "",
	} {
		got, ok := wire.ExistingAssignment(message)
		if got != want || ok != (want != "") {
			t.Errorf("ExistingAssignment(%q) = %q, %t; want %q", message, got, ok, want)
		}
	}
}

func TestTheIDOfWhatIsMissingStandsInTheWords(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]string{
		"Resource 'f2dc21ac-702a-4bde-a4ce-146edf751d81' does not exist or one of its queried reference-property objects are not present.": "f2dc21ac-702a-4bde-a4ce-146edf751d81",
		"Resource '' does not exist or one of its queried reference-property objects are not present.":                                     "",
		"Resource 'x' is here.":        "",
		"The directory has no such ID": "",
	} {
		got, ok := wire.MissingObject(message)
		if got != want || ok != (want != "") {
			t.Errorf("MissingObject(%q) = %q, %t; want %q", message, got, ok, want)
		}
	}
}

func FuzzParseFailure(f *testing.F) {
	for _, seed := range []string{
		``, `{}`, `{"error":{"code":"a","message":"m"}}`, `{"error":"invalid_client","error_description":"AADSTS1: x"}`, `{"error":{"code":"a","message":"{\"Message\":\"x - Operation ID (\"}"}}`, `<html>`, `{"odata.error":{"message":{"value":"v"}}}`,
	} {
		f.Add(400, []byte(seed))
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		got := wire.ParseFailure(status, body)
		if got.Status != status {
			t.Errorf("the status is %d, want %d", got.Status, status)
		}
		if e := got.Err(rbac.Azure); e.Message == "" || e.Kind != got.Kind() {
			t.Errorf("the error is %+v", *e)
		}
		if strings.Contains(got.Message, " - Operation ID (") {
			t.Errorf("what is for Intune's support is left: %q", got.Message)
		}
		wire.ExistingAssignment(got.Message)
		wire.MissingObject(got.Message)
	})
}

// What is well-formed is read without a panic, and an error is ours.
func FuzzDomain(f *testing.F) {
	for _, seed := range []string{
		`{}`, `null`, roleSample, grantSample, entraRoleSample, intuneRoleSample, intuneAssignmentSample, `{"id":"1","principalId":"x","directoryScopeId":"/directory/administrativeUnits/"}`, `{"roleDefinition@odata.bind":"a('"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		domain[wire.AzureRole](t, data)
		domain[wire.AzureAssignment](t, data)
		domain[wire.EntraRole](t, data)
		domain[wire.EntraAssignment](t, data)
		domain[wire.DirectoryObject](t, data)
		domain[wire.IntuneRole](t, data)
		domain[wire.IntuneAssignment](t, data)
		domain[wire.IntuneScopeTag](t, data)
		var e wire.EntraRoleWrite
		if wire.Decode(data, &e) == nil {
			_, err := e.Apply(entra.Role{})
			ours(t, err)
		}
		var i wire.IntuneAssignmentWrite
		if wire.Decode(data, &i) == nil {
			_, err := i.Apply(intune.Assignment{})
			ours(t, err)
		}
	})
}

func domain[D interface{ Domain() (V, error) }, V any](t *testing.T, data []byte) {
	t.Helper()
	var d D
	if err := wire.Decode(data, &d); err != nil {
		ours(t, err)
		return
	}
	_, err := d.Domain()
	ours(t, err)
}

func ours(t *testing.T, err error) {
	t.Helper()
	var e *rbac.Error
	if err != nil && (!errors.As(err, &e) || e.Message == "") {
		t.Errorf("the error is %v, not one of ours", err)
	}
}
