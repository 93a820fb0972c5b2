// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

func TestARefusalKeepsTheServicesCodeWordsAndRequestIDAndSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	const azureGrantSentence = `Whoever runs Terraform needs the permission "Microsoft.Authorization/roleAssignments/write" at the scope, ` +
		`which "Owner", "User Access Administrator" and "Role Based Access Control Administrator" give. A grant takes up to ten minutes to work.`
	for _, c := range []struct {
		name    string
		request request
		answer  responder
		want    rbac.Error
	}{
		{
			"Azure, forbidden",
			request{System: rbac.Azure, Method: "PUT", Path: "/x", Needs: needsAzureAssignmentWrite},
			func(_ int, r *http.Request) (*http.Response, error) {
				return says(r, 403, `{"error":{"code":"AuthorizationFailed","message":"The client 'x' does not have authorization."}}`, "x-ms-request-id", "r1")
			},
			rbac.Error{Kind: rbac.Forbidden, System: rbac.Azure, Code: "AuthorizationFailed", RequestID: "r1", Message: "The client 'x' does not have authorization. " + azureGrantSentence},
		},
		{
			"Entra, forbidden",
			request{System: rbac.Entra, Method: "POST", Path: "/x", Needs: needsEntraWrite},
			func(_ int, r *http.Request) (*http.Response, error) {
				return says(r, 403, `{"error":{"code":"Authorization_RequestDenied","message":"Insufficient privileges to complete the operation.","innerError":{"request-id":"r2"}}}`)
			},
			rbac.Error{
				Kind: rbac.Forbidden, System: rbac.Entra, Code: "Authorization_RequestDenied", RequestID: "r2",
				Message: `Insufficient privileges to complete the operation. The application that Terraform signs in as needs the Microsoft Graph permission "RoleManagement.ReadWrite.Directory", ` +
					`with the consent of an administrator. A person who signs in needs a directory role such as "Privileged Role Administrator" besides.`,
			},
		},
		{
			"Intune, forbidden",
			request{System: rbac.Intune, Method: "GET", Path: "/x", Needs: needsIntuneRead},
			func(_ int, r *http.Request) (*http.Response, error) {
				return says(r, 403, `{"error":{"code":"Forbidden","message":"{\r\n  \"_version\": 3,\r\n  \"Message\": \"Application is not authorized to perform this operation. - Operation ID (for customer support): 0 - Activity ID: 1 - Url: https://x\"}"}}`, "request-id", "r3")
			},
			rbac.Error{
				Kind: rbac.Forbidden, System: rbac.Intune, Code: "Forbidden", RequestID: "r3",
				Message: `Application is not authorized to perform this operation. The application that Terraform signs in as needs the Microsoft Graph permission "DeviceManagementRBAC.Read.All", ` +
					`with the consent of an administrator. A person who signs in needs the directory role "Intune Administrator" or an Intune role that allows it besides.`,
			},
		},
		{
			"nothing but a status",
			request{System: rbac.Azure, Method: "PUT", Path: "/x"},
			func(_ int, r *http.Request) (*http.Response, error) { return says(r, 400, "<html>") },
			rbac.Error{Kind: rbac.Invalid, System: rbac.Azure, Message: "Azure Resource Manager answered PUT /x with 400 Bad Request and gave no reason."},
		},
		{
			"no JSON where there should be",
			request{System: rbac.Entra, Method: "GET", Path: "/v1.0/x"},
			func(_ int, r *http.Request) (*http.Response, error) {
				return says(r, 200, "<html>", "request-id", "r4")
			},
			rbac.Error{
				Kind: rbac.Unavailable, System: rbac.Entra, RequestID: "r4",
				Message: "Microsoft Graph answered GET /v1.0/x with something else than the documented JSON. If the requests pass a proxy, look at what it changes.",
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			client, _ := talk(t, Options{}, c.answer)
			var out struct{}
			_, err := client.do(t.Context(), c.request, &out)
			wantError(t, err, c.want)
		})
	}
}

func TestWhatIsTooLongForTheServiceIsNotSent(t *testing.T) {
	t.Parallel()
	client, wire := talk(t, Options{}, withHeaders(200))
	_, err := client.do(t.Context(), request{System: rbac.Azure, Method: "PUT", Path: "/x", Body: strings.Repeat("a", maxRequestBody-1)}, nil)
	wantError(t, err, rbac.Error{Kind: rbac.Invalid, System: rbac.Azure, Message: "What is to be sent has 4194305 bytes. Azure Resource Manager takes at most 4194304: say less in one object."})
	if wire.count() != 0 {
		t.Errorf("%d requests, want none", wire.count())
	}
}

func TestAServiceThatIsNotReachedIsASentence(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"no address": {
			&net.OpError{Op: "dial", Err: &net.DNSError{Name: "management.azure.com", IsNotFound: true}},
			`There is no address for "management.azure.com", where Azure Resource Manager should be. Check the name of the endpoint, and the network and DNS of this machine.`,
		},
		"unknown authority": {
			fmt.Errorf("tls: %w", x509.UnknownAuthorityError{}),
			"The certificate of management.azure.com is signed by an authority that this machine does not trust, so nothing was sent to Azure Resource Manager. " +
				"If that is a proxy or the emulator, set SSL_CERT_FILE to a file with the certificate of its authority.",
		},
		"another name": {
			x509.HostnameError{Certificate: &x509.Certificate{}, Host: "x"},
			"The certificate of management.azure.com is not valid for it, so nothing was sent to Azure Resource Manager. Check the endpoint, the clock of this machine, and what stands between.",
		},
		"proxy": {
			&net.OpError{Op: "proxyconnect", Err: &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}},
			"The proxy on the way to Azure Resource Manager can't be reached. Check HTTPS_PROXY and NO_PROXY.",
		},
		"refused": {
			&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED},
			"management.azure.com takes no connections. Check the endpoint, and whether this machine needs a proxy (HTTPS_PROXY) to reach it.",
		},
		"lost": {
			io.ErrUnexpectedEOF,
			"The connection to Azure Resource Manager was lost before the answer was complete, in 9 tries. Try again later. Whether the last request was carried out is not known.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client, _ := talk(t, Options{}, failsWith(c.err))
				_, err := client.do(t.Context(), request{System: rbac.Azure, Method: "PUT", Path: "/x"}, nil)
				wantError(t, err, rbac.Error{Kind: rbac.Unavailable, System: rbac.Azure, Message: c.want})
			})
		})
	}
}

func TestAnOperationThatRunsOutOfTimeSaysSo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, _ := talk(t, Options{}, func(_ int, r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := client.do(ctx, get(rbac.Azure), nil)
		wantError(t, err, rbac.Error{Kind: rbac.Unavailable, System: rbac.Azure, Message: "Azure Resource Manager did not answer in all the time that the operation had. Raise the timeout, or try again later."})
	})
}

func TestAServicesWordsBecomeASentence(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]string{
		"":                                "",
		"No":                              "No.",
		"No.":                             "No.",
		"Principals\r\n of type x can't,": "Principals of type x can't.",
		strings.Repeat("é", 400):          strings.Repeat("é", 350) + " ….",
	} {
		if got := sentence(words); got != want || !utf8.ValidString(got) {
			t.Errorf("sentence(%q) = %q, want %q", words, got, want)
		}
	}
}

func TestEachRequestIsLoggedWithoutItsToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var lines []line
		client, wire := talk(t, Options{Log: func(_ context.Context, m string, f map[string]any) { lines = append(lines, line{m, f}) }},
			func(n int, r *http.Request) (*http.Response, error) {
				time.Sleep(30 * time.Millisecond) //nolint:forbidigo // the clock of synctest
				if n == 1 {
					return nil, io.EOF
				}
				return says(r, 200, "", "x-ms-request-id", "r1")
			})
		if _, err := client.do(t.Context(), request{System: rbac.Azure, Method: "PUT", Path: "/x", Query: map[string][]string{"api-version": {"1"}}, Body: "b"}, nil); err != nil {
			t.Fatal(err)
		}
		id := wire.seen[0].Header.Get("x-ms-client-request-id")
		want := []line{
			{"Microsoft request failed", map[string]any{
				"service": "Azure Resource Manager", "method": "PUT", "path": "/x?api-version=1", "attempt": 1, "duration_ms": int64(30), "client_request_id": id, "error": "EOF",
			}},
			{"Microsoft request", map[string]any{
				"service": "Azure Resource Manager", "method": "PUT", "path": "/x?api-version=1", "attempt": 2, "duration_ms": int64(30), "client_request_id": id, "status": 200, "request_id": "r1",
			}},
		}
		if fmt.Sprint(lines) != fmt.Sprint(want) {
			t.Errorf("logged %v\nwant %v", lines, want)
		}
	})
}

func FuzzSentence(f *testing.F) {
	for _, s := range []string{"", "No", "No.", "\xff", strings.Repeat("é", 400), "!?"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, words string) {
		got := sentence(words)
		if got != "" && !strings.HasSuffix(got, ".") || !utf8.ValidString(got) || len(got) > longestMessage+10 || strings.ContainsAny(got, "\r\n") {
			t.Errorf("sentence(%q) = %q", words, got)
		}
	})
}
