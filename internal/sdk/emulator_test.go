// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package sdk

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// The directory of every emulator of these tests.
const (
	tenantID     = "d0000000-0000-4000-8000-000000000001"
	subscription = "b0000000-0000-4000-8000-000000000001"
	alice        = "a0000000-0000-4000-8000-000000000001"
	team         = "a0000000-0000-4000-8000-000000000002" // Alice is in it
	robot        = "a0000000-0000-4000-8000-000000000005"
	robotApp     = "a0000000-0000-4000-8000-000000000006"
	secret       = "not-a-real-secret"
	directory    = `{
  "tenant_id": "` + tenantID + `", "cloud": "public", "caller": "` + robot + `",
  "users": [{"id": "` + alice + `", "display_name": "Alice"}],
  "groups": [{"id": "` + team + `", "display_name": "Team", "members": ["` + alice + `"]}],
  "service_principals": [{"id": "` + robot + `", "app_id": "` + robotApp + `", "display_name": "Robot", "secret": "` + secret + `"}],
  "management_groups": [{"id": "Root"}],
  "subscriptions": [{"id": "` + subscription + `", "management_group": "Root"}]
}`
)

var scratch string

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	var err error
	if scratch, err = os.MkdirTemp("", "rbac-sdk-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(scratch)
	return m.Run()
}

// program builds the provider once for all tests.
var program = sync.OnceValues(func() (string, error) {
	built := filepath.Join(scratch, "terraform-provider-rbac")
	if runtime.GOOS == "windows" {
		built += ".exe"
	}
	command := exec.CommandContext(context.Background(), "go", "build", "-o", built, ".")
	command.Dir = filepath.Join("..", "..")
	if said, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, said)
	}
	return built, nil
})

// emulator is a running emulator and how an SDK reaches it.
type emulator struct {
	line       []byte // what it printed
	options    *arm.ClientOptions
	credential azcore.TokenCredential
}

// start runs an emulator until the test ends.
func start(t *testing.T, flags ...string) emulator {
	t.Helper()
	built, err := program()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "directory.json")
	if err := os.WriteFile(file, []byte(directory), 0o600); err != nil {
		t.Fatal(err)
	}
	authority := filepath.Join(t.TempDir(), "ca.pem")
	command := exec.CommandContext(context.Background(), built, append([]string{"emulator", "-directory", file, "-ca-file", authority}, flags...)...)
	command.Stderr = os.Stderr
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(os.Interrupt) // it may have ended
		if err := command.Wait(); err != nil {
			t.Errorf("the emulator ended with %v", err)
		}
	})
	var ready struct {
		ResourceManager string `json:"resource_manager"`
		Authority       string `json:"authority"`
		TenantID        string `json:"tenant_id"`
		CAFile          string `json:"ca_file"`
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &ready)
	}
	if err != nil {
		t.Fatalf("the emulator says %q: %v", line, err)
	}
	if ready.TenantID != tenantID {
		t.Errorf("the tenant is %s, want that of the directory, %s", ready.TenantID, tenantID)
	}

	trusted, err := os.ReadFile(ready.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(trusted) {
		t.Fatalf("%s holds no certificate", ready.CAFile)
	}
	client := policy.ClientOptions{
		Cloud: cloud.Configuration{
			ActiveDirectoryAuthorityHost: ready.Authority,
			Services: map[cloud.ServiceName]cloud.ServiceConfiguration{
				cloud.ResourceManager: {Endpoint: ready.ResourceManager, Audience: "https://management.core.windows.net/"},
			},
		},
		// HTTP/2 as by the SDK's own transport: it sends filters with their blanks, which HTTP/1 can't.
		Transport: &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true}},
		Retry:     policy.RetryOptions{RetryDelay: time.Millisecond, MaxRetryDelay: time.Millisecond},
	}
	credential, err := azidentity.NewClientSecretCredential(tenantID, robotApp, secret,
		&azidentity.ClientSecretCredentialOptions{ClientOptions: client, DisableInstanceDiscovery: true})
	if err != nil {
		t.Fatal(err)
	}
	return emulator{line: line, options: &arm.ClientOptions{ClientOptions: client, DisableRPRegistration: true}, credential: credential}
}
