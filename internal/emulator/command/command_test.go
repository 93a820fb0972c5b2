// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package command_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/emulator"
	"github.com/rolewright/terraform-provider-rbac/internal/emulator/command"
)

// asProgram makes the test binary behave as the subcommand: some tests need a
// process of its own.
const asProgram = "RBAC_TEST_EMULATOR"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(command.Main(os.Args[1:]))
	}
	os.Exit(m.Run())
}

const directoryFile = `{
  "tenant_id": "d0000000-0000-4000-8000-000000000001",
  "service_principals": [{"id": "a0000000-0000-4000-8000-000000000002", "app_id": "a0000000-0000-4000-8000-000000000003", "display_name": "Pipeline", "secret": "hush-hush"}],
  "subscriptions": [{"id": "b0000000-0000-4000-8000-000000000001"}]
}`

func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// running is a server under way.
type running struct {
	testing.TB
	ready  map[string]string
	line   string
	client *http.Client
	stop   func() (status int, stderr string)
}

// start runs the subcommand until the test ends.
func start(t *testing.T, args ...string) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	var stderr lockedBuffer
	done := make(chan int, 1)
	go func() {
		status := command.Run(ctx, args, in, &stderr)
		in.Close()
		done <- status
	}()
	r := &running{TB: t}
	r.stop = sync.OnceValues(func() (int, string) {
		cancel()
		_, _ = io.Copy(io.Discard, out)
		return <-done, stderr.String()
	})
	t.Cleanup(func() { r.stop() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		_, text := r.stop()
		t.Fatalf("it did not start: %s", text)
	}
	r.line = line
	if err := json.Unmarshal([]byte(line), &r.ready); err != nil {
		t.Fatalf("%v: %q", err, line)
	}
	authority, err := os.ReadFile(r.ready["ca_file"])
	if err != nil {
		t.Fatal(err)
	}
	r.client = trusting(t, authority)
	return r
}

func trusting(t *testing.T, authority []byte) *http.Client {
	t.Helper()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(authority) {
		t.Fatalf("no certificate in %q", authority)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: time.Minute}
}

// do sends a request below the base URL.
func (r *running) do(method, path, token string, form url.Values) (int, string) {
	r.Helper()
	q, err := http.NewRequestWithContext(r.Context(), method, r.ready["resource_manager"]+path, strings.NewReader(form.Encode()))
	if err != nil {
		r.Fatal(err)
	}
	if form != nil {
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if token != "" {
		q.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := r.client.Do(q)
	if err != nil {
		r.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		r.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

func (r *running) token(secret string) string {
	r.Helper()
	status, body := r.do("POST", "/"+r.ready["tenant_id"]+"/oauth2/v2.0/token", "", url.Values{
		"grant_type": {"client_credentials"}, "client_id": {"a0000000-0000-4000-8000-000000000003"}, "client_secret": {secret}, "scope": {r.ready["graph"] + "/.default"},
	})
	var v struct {
		Token string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(body), &v); err != nil || status != 200 {
		r.Fatalf("%d %s", status, body)
	}
	return v.Token
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

const (
	metadata      = "/metadata/endpoints?api-version=2022-09-01"
	subscriptions = "/subscriptions?api-version=2022-12-01"
)

func TestItServesOverHTTPSWhatItsOneLineSays(t *testing.T) {
	t.Parallel()
	ca, log, store := filepath.Join(t.TempDir(), "ca.pem"), filepath.Join(t.TempDir(), "requests.log"), filepath.Join(t.TempDir(), "tenant.db")
	r := start(t, "-directory", file(t, "directory.json", directoryFile), "-ca-file", ca, "-request-log", log, "-store", store)
	base := r.ready["resource_manager"]
	want := fmt.Sprintf(`{"resource_manager":%q,"graph":%q,"authority":%q,"tenant_id":"d0000000-0000-4000-8000-000000000001","ca_file":%q}`+"\n", base, base, base, ca)
	if r.line != want || !strings.HasPrefix(base, "https://127.0.0.1:") {
		t.Errorf("got %swant %s", r.line, want)
	}
	token := r.token("hush-hush")
	if status, body := r.do("GET", subscriptions, token, nil); status != 200 || !strings.Contains(body, "b0000000-0000-4000-8000-000000000001") {
		t.Errorf("%d %s", status, body)
	}
	if status, stderr := r.stop(); status != command.Done || stderr != "" {
		t.Errorf("ended with %d: %s", status, stderr)
	}
	if _, err := os.Stat(store); err != nil {
		t.Error(err)
	}
	text, err := os.ReadFile(log)
	if err != nil || strings.Count(string(text), "\n") != 2 || !strings.Contains(string(text), `"path":"/subscriptions","query":"api-version=2022-12-01","status":200`) {
		t.Errorf("the request log: %v: %s", err, text)
	}
	for _, secret := range []string{"hush", token[len(token)-30:]} {
		if strings.Contains(string(text)+r.line, secret) {
			t.Error("a secret or a token is written down")
		}
	}
}

func TestItIsReachedByEveryLoopbackNameButNotByOldTLS(t *testing.T) {
	t.Parallel()
	r := start(t)
	_, port, err := net.SplitHostPort(strings.TrimPrefix(r.ready["graph"], "https://"))
	if err != nil {
		t.Fatal(err)
	}
	transport, ok := r.client.Transport.(*http.Transport)
	if !ok {
		t.Fatal("no transport")
	}
	for _, host := range []string{"127.0.0.1", "localhost"} {
		r.ready["resource_manager"] = "https://" + net.JoinHostPort(host, port)
		if status, body := r.do("GET", metadata, "", nil); status != 200 {
			t.Errorf("%s: %d %s", host, status, body)
		}
	}
	for _, name := range []string{"127.0.0.1", "::1", "localhost"} {
		c, err := tls.Dial("tcp", "127.0.0.1:"+port, &tls.Config{RootCAs: transport.TLSClientConfig.RootCAs, ServerName: name, MinVersion: tls.VersionTLS12})
		if err != nil {
			t.Errorf("as %s: %v", name, err)
			continue
		}
		c.Close()
	}
	if c, err := tls.Dial("tcp", "127.0.0.1:"+port, &tls.Config{RootCAs: transport.TLSClientConfig.RootCAs, ServerName: "elsewhere.example", MinVersion: tls.VersionTLS12}); err == nil {
		c.Close()
		t.Error("the certificate is for any host")
	}
	if c, err := tls.Dial("tcp", "127.0.0.1:"+port, &tls.Config{RootCAs: transport.TLSClientConfig.RootCAs, ServerName: "localhost", MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}); err == nil { //nolint:gosec // what must be refused
		c.Close()
		t.Error("TLS 1.1 was accepted")
	}
}

func TestWithoutFilesItHasATenantAndAnAuthorityOfItsOwn(t *testing.T) {
	t.Parallel()
	one, two := start(t), start(t)
	if got := one.ready["tenant_id"]; got != emulator.DefaultTenantID.String() {
		t.Errorf("tenant %s", got)
	}
	if one.ready["ca_file"] == two.ready["ca_file"] || !filepath.IsAbs(one.ready["ca_file"]) {
		t.Errorf("authorities %s and %s", one.ready["ca_file"], two.ready["ca_file"])
	}
	if status, body := one.do("GET", subscriptions, one.token("anything"), nil); status != 200 {
		t.Errorf("%d %s", status, body)
	}
	one.client = two.client
	if answer, err := one.client.Get(one.ready["graph"] + metadata); err == nil {
		answer.Body.Close()
		t.Error("the authority of another run is trusted")
	}
	if status, stderr := one.stop(); status != command.Done {
		t.Errorf("ended with %d: %s", status, stderr)
	}
	if _, err := os.Stat(one.ready["ca_file"]); !os.IsNotExist(err) {
		t.Errorf("its certificate is still there: %v", err)
	}
}

func TestTheAuthorityIsKeptAndUsedAgain(t *testing.T) {
	t.Parallel()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, nil, 0o600); err != nil { // an empty file is none yet
		t.Fatal(err)
	}
	one := start(t, "-ca-file", ca)
	before, err := os.ReadFile(ca)
	if err != nil {
		t.Fatal(err)
	}
	one.stop()
	two := start(t, "-ca-file", ca)
	two.client = one.client
	if status, _ := two.do("GET", metadata, "", nil); status != 200 {
		t.Error("a client that trusted the first run does not trust the second")
	}
	if after, err := os.ReadFile(ca); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the certificate has changed: %v", err)
	}
	if bytes.Contains(before, []byte("PRIVATE")) {
		t.Error("the key is in the file for everybody")
	}
	if runtime.GOOS == "windows" {
		return // no such modes there
	}
	for path, want := range map[string]os.FileMode{ca: 0o644, ca + ".key": 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
}

func TestSeveralStartsAtOnceShareOneAuthority(t *testing.T) {
	t.Parallel()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	var runs [6]*running
	var wg sync.WaitGroup
	for i := range runs {
		wg.Go(func() { runs[i] = start(t, "-ca-file", ca) })
	}
	wg.Wait()
	authority, err := os.ReadFile(ca)
	if err != nil {
		t.Fatal(err)
	}
	client := trusting(t, authority)
	for _, r := range runs {
		r.client = client
		if status, _ := r.do("GET", metadata, "", nil); status != 200 {
			t.Errorf("status %d", status)
		}
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(ca), ".*"))
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestTheFlagsChangeTheService(t *testing.T) {
	t.Parallel()
	faults := file(t, "faults.json", `[{"path":"deviceManagement","status":503,"retry_after":1}]`)
	r := start(t, "-page-size", "2", "-latency", "30ms", "-rate-limits", "-faults", faults)
	token := r.token("x")
	began := time.Now()
	status, body := r.do("GET", "/providers/Microsoft.Authorization/roleDefinitions?api-version=2022-04-01", token, nil)
	var page struct {
		Value    []json.RawMessage
		NextLink string
	}
	if err := json.Unmarshal([]byte(body), &page); err != nil || status != 200 || len(page.Value) != 2 || !strings.HasPrefix(page.NextLink, r.ready["resource_manager"]+"/providers/") {
		t.Errorf("a page of %d, next %q (%d, %v)", len(page.Value), page.NextLink, status, err)
	}
	if took := time.Since(began); took < 30*time.Millisecond {
		t.Errorf("it took %s", took)
	}
	if status, _ := r.do("GET", "/beta/deviceManagement/roleScopeTags", token, nil); status != 503 {
		t.Errorf("with a fault: %d", status)
	}
	if err := os.WriteFile(faults, []byte("[]"), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, body := r.do("GET", "/beta/deviceManagement/roleScopeTags", token, nil); status != 200 {
		t.Errorf("without: %d %s", status, body)
	}
	if err := os.WriteFile(faults, []byte("["), 0o600); err != nil {
		t.Fatal(err)
	}
	r.do("GET", "/beta/deviceManagement/roleScopeTags", token, nil)
	if _, stderr := r.stop(); !strings.HasPrefix(stderr, "The faults file \""+faults+"\" has a mistake: It is no JSON") || strings.Count(stderr, "\n") != 1 {
		t.Errorf("told of the mistake: %q", stderr)
	}
}

func TestASignalStopsIt(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no signals to send to another process")
	}
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		program, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		c := exec.CommandContext(t.Context(), program, "-store", filepath.Join(t.TempDir(), "tenant.db"))
		c.Env = append(os.Environ(), asProgram+"=1")
		var stderr lockedBuffer
		c.Stderr = &stderr
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewReader(out)
		if _, err := lines.ReadString('\n'); err != nil {
			t.Fatalf("no line: %v %s", err, stderr.String())
		}
		if err := c.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		rest, err := io.ReadAll(lines)
		if err != nil || len(rest) != 0 {
			t.Errorf("after the line: %q %v", rest, err)
		}
		if err := c.Wait(); err != nil || stderr.String() != "" {
			t.Errorf("%s: %v %s", signal, err, stderr.String())
		}
	}
}

func TestWrongFlagsAndFilesAreToldInASentence(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	occupied, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer occupied.Close()
	noKey := file(t, "ca.pem", "something")
	for _, c := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"-stor", "x"}, 2, `-stor is no flag of the emulator. Did you mean "-store"? See terraform-provider-rbac emulator -h.`},
		{[]string{"--verbose"}, 2, "-verbose is no flag of the emulator. See terraform-provider-rbac emulator -h."},
		{[]string{"-store"}, 2, "-store needs a value. See terraform-provider-rbac emulator -h."},
		{[]string{"-store", ""}, 2, "-store is empty. Name a file, or leave the flag out."},
		{[]string{"serve"}, 2, `"serve" is no argument of the emulator: it has flags only. See terraform-provider-rbac emulator -h.`},
		{[]string{"-latency", "50"}, 2, `-latency is "50". It is a time from 0s to 1h with its unit, such as 50ms.`},
		{[]string{"-latency", "-1s"}, 2, `-latency is "-1s". It is a time from 0s to 1h with its unit, such as 50ms.`},
		{[]string{"-page-size", "x"}, 2, `-page-size is "x". It is a whole number from 0 to 1000000; 0 is as many as the services send.`},
		{[]string{"-rate-limits=maybe"}, 2, `-rate-limits is "maybe". It is there or not; true and false are its only values.`},
		{[]string{"-listen", "8080"}, 2, `-listen is "8080", which is no address. It is a host and a port from 0 to 65535, such as 127.0.0.1:8443.`},
		{[]string{"-listen", "127.0.0.1:99999"}, 2, `-listen is "127.0.0.1:99999", which is no address. It is a host and a port from 0 to 65535, such as 127.0.0.1:8443.`},
		{[]string{"-listen", occupied.Addr().String()}, 1, `Nothing can listen at "` + occupied.Addr().String() + `": address already in use. Choose another address, or port 0 for any that is free.`},
		{[]string{"-directory", filepath.Join(dir, "none.json")}, 2, `There is no directory file "` + filepath.Join(dir, "none.json") + `". Create it, or correct the path.`},
		{[]string{"-faults", filepath.Join(dir, "none.json")}, 2, `There is no faults file "` + filepath.Join(dir, "none.json") + `". Create it, with [] for none, or correct the path.`},
		{[]string{"-request-log", dir}, 2, `The request log "` + dir + `" can't be written: is a directory.`},
		{[]string{"-ca-file", filepath.Join(dir, "none", "ca.pem")}, 2, `The file "` + filepath.Join(dir, "none", "ca.pem.key") + `" can't be written: no such file or directory.`},
		{[]string{"-ca-file", noKey}, 2, `There is a file "` + noKey + `", but not the key of a certificate authority beside it, "` + noKey + `.key". Put the key back, or name another file.`},
		{[]string{"-store", noKey}, 2, `"` + noKey + `" is no SQLite database, not a tenant of this provider, and is left as it is. Choose another path.`},
	} {
		var stdout, stderr bytes.Buffer
		status := command.Run(t.Context(), c.args, &stdout, &stderr)
		if status != c.status || stdout.Len() != 0 || stderr.String() != c.want+"\n" {
			t.Errorf("%v\ngot  %d %s%s\nwant %d %s", c.args, status, stdout.String(), stderr.String(), c.status, c.want)
		}
	}
}

func TestAnAuthorityThatCannotSignIsRefused(t *testing.T) {
	t.Parallel()
	made := func() string {
		ca := filepath.Join(t.TempDir(), "ca.pem")
		start(t, "-ca-file", ca).stop()
		return ca
	}
	copied := func(from, to string) {
		data, err := os.ReadFile(from)
		if err == nil {
			err = os.WriteFile(to, data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	swapped, garbled, empty := made(), made(), made()
	copied(made()+".key", swapped+".key")
	for path, text := range map[string]string{garbled: "no certificate", empty + ".key": ""} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]string{
		swapped: fmt.Sprintf("The certificate in %q and the key in %q do not belong together. Remove both, so that new ones are made.", swapped, swapped+".key"),
		garbled: fmt.Sprintf("The file %q has no certificate in front. Name a file that this program has written, or one that does not exist yet.", garbled),
		empty:   fmt.Sprintf("The file %q has no key of a certificate authority. Remove it, so that a new one is made.", empty+".key"),
	} {
		var stderr bytes.Buffer
		if status := command.Run(t.Context(), []string{"-ca-file", path}, io.Discard, &stderr); status != command.Misused || stderr.String() != want+"\n" {
			t.Errorf("got  %d %swant %s", status, stderr.String(), want)
		}
	}
}

func TestHelpNamesEveryFlag(t *testing.T) {
	t.Parallel()
	for _, flag := range []string{"-h", "-help", "--help"} {
		var stdout, stderr bytes.Buffer
		status := command.Run(t.Context(), []string{flag}, &stdout, &stderr)
		if status != command.Done || stderr.Len() != 0 {
			t.Errorf("%s: %d %s", flag, status, stderr.String())
		}
		var flags []string
		for line := range strings.Lines(stdout.String()) {
			if name, ok := strings.CutPrefix(line, "  -"); ok {
				flags = append(flags, strings.Fields(name)[0])
			}
		}
		if want := []string{"listen", "store", "directory", "ca-file", "latency", "page-size", "rate-limits", "faults", "request-log", "h"}; !slices.Equal(flags, want) {
			t.Errorf("%s names %v", flag, flags)
		}
	}
}

func TestTheCatalogIsServedInTheEmulatorsTerms(t *testing.T) {
	t.Parallel()
	c := command.Catalog()
	i := slices.IndexFunc(c.AzureProviders(), func(p emulator.AzureProvider) bool { return p.Namespace == "Microsoft.Storage" })
	if i < 0 {
		t.Fatal("Microsoft.Storage is missing")
	}
	storage := c.AzureProviders()[i]
	for _, want := range []emulator.AzureOperation{
		{Name: "Microsoft.Storage/storageAccounts/delete", Description: "Delete storage accounts"},
		{Name: "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read", Description: "Read blobs of containers", Data: true},
	} {
		if !slices.Contains(storage.Operations, want) {
			t.Errorf("%+v is missing", want)
		}
	}
	if want := (emulator.EntraAction{Name: "microsoft.directory/applications/create", Description: "Create applications", Privileged: true}); !slices.ContainsFunc(c.EntraActions(), func(a emulator.EntraAction) bool {
		want.Privileged = a.Privileged
		return a == want
	}) {
		t.Errorf("%+v is missing", want)
	}
	if want := (emulator.IntuneOperation{Action: "Microsoft.Intune_MobileApps_Read", Resource: "Mobile apps", Name: "Read", Description: "Read mobile apps"}); !slices.Contains(c.IntuneOperations(), want) {
		t.Errorf("%+v is missing", want)
	}
	reader := slices.IndexFunc(c.RoleTemplates(), func(r emulator.RoleTemplate) bool { return r.ID == "88d8e3e3-8f55-4a1e-953a-9b9898b8876b" })
	if reader < 0 || c.RoleTemplates()[reader].Name != "Directory Readers" {
		t.Error("Directory Readers is missing")
	}
	if !reflect.DeepEqual(c.RoleTemplates(), command.Catalog().RoleTemplates()) {
		t.Error("the order changes")
	}
}
