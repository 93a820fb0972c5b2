// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/backend/reference"
)

// localProvider is a provider block on a tenant file, with some lines more.
func localProvider(file string, lines ...string) string {
	return fmt.Sprintf("provider \"rbac\" {\n  backend = \"local\"\n  local = {\n    path = %q\n  }\n  %s\n}\n", file, strings.Join(lines, "\n  "))
}

// refused wants a plan of a provider block to fail with one error.
func refused(t *testing.T, block string, texts ...string) {
	t.Helper()
	tf := newCommandLine(t, factories(), block+smallRole(reads))
	out := tf.fails("plan")
	out.says(append([]string{"Error: "}, texts...)...)
	out.count("Error: ", 1)
}

func isThere(t *testing.T, file string) bool {
	t.Helper()
	_, err := os.Stat(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return err == nil
}

func TestAccProvider_withoutABackendTheTenantIsAFileAndAWarningSaysWhich(t *testing.T) {
	embeddedOnly(t, "it is about provider blocks")
	needTerraform(t)
	folder := t.TempDir()
	t.Chdir(folder)
	file := filepath.Join(folder, "rbac-tenant.db")
	tf := newCommandLine(t, factories(), smallRole(reads))
	out := tf.run("plan")
	out.says(
		"Warning: Managing the embedded tenant",
		"`backend` is not set, so the tenant is the file "+file+". Nothing in Microsoft's cloud is read or changed. Set backend = \"local\" to say so, and this warning goes away.",
	)
	out.count("Managing the embedded tenant", 1)
	tf.run("apply", "-auto-approve").count("Managing the embedded tenant", 1)
	if !isThere(t, file) {
		t.Errorf("%s was not made", file)
	}
	tf.write("provider \"rbac\" {\n  backend = \"local\"\n}\n" + smallRole(reads))
	out = tf.run("plan")
	out.says("No changes.")
	out.count("Warning: Managing", 0)
	tf.write("provider \"rbac\" {\n  local = { path = \"other.db\" }\n}\n" + smallRole(reads))
	tf.run("plan").says("Warning: Managing the embedded tenant", "in provider \"rbac\"", "so the tenant is the file "+filepath.Join(folder, "other.db")+".")
}

func TestAccProvider_theEnvironmentChoosesTheBackend(t *testing.T) {
	embeddedOnly(t, "it is about provider blocks")
	t.Run("memory", func(t *testing.T) {
		t.Setenv("RBAC_BACKEND", "memory")
		tn := newTenant(t)
		tn.serial(t, resource.TestStep{Config: smallRole(reads), Check: tn.check(func(ctx context.Context, b backend.Backend) error { _, err := theRole(ctx, b); return err })})
	})
	t.Run("local", func(t *testing.T) {
		t.Setenv("RBAC_BACKEND", "local")
		t.Setenv("ARM_TENANT_ID", "11111111-1111-1111-1111-111111111111") // chosen is chosen
		file := filepath.Join(t.TempDir(), "tenant.db")
		tf := newCommandLine(t, factories(), fmt.Sprintf("provider \"rbac\" {\n  local = { path = %q }\n}\n", file)+smallRole(reads))
		tf.run("apply", "-auto-approve").count("Warning: Managing", 0)
		if !isThere(t, file) {
			t.Errorf("%s was not made", file)
		}
	})
	t.Run("the block wins", func(t *testing.T) {
		t.Setenv("RBAC_BACKEND", "cloud")
		newTenant(t).serial(t, resource.TestStep{Config: memory(smallRole(reads))})
	})
	t.Run("unknown", func(t *testing.T) {
		t.Setenv("RBAC_BACKEND", "memroy")
		refused(t, "provider \"rbac\" {}\n", "Unknown backend", `"memroy" from the environment variable RBAC_BACKEND is no backend. It is "local", "memory" or "microsoft". Did you mean "memory"?`)
	})
	t.Run("microsoft", func(t *testing.T) {
		t.Setenv("RBAC_BACKEND", "microsoft")
		t.Setenv("ARM_USE_CLI", "true")
		refused(t, "provider \"rbac\" {}\n", "No tenant", "Which tenant to manage is not said, and the provider does not guess it. Set `tenant_id` in the block `microsoft`, or one of the environment variables ARM_TENANT_ID, AZURE_TENANT_ID.")
	})
}

func TestAccProvider_theWorldToChangeIsNeverGuessed(t *testing.T) {
	embeddedOnly(t, "it is about provider blocks")
	const choose = "but `backend` is not set. The provider does not guess which world to change: set backend = \"microsoft\" to manage that tenant, or backend = \"local\" for the embedded one (or RBAC_BACKEND)."
	for name, value := range map[string]string{
		"ARM_TENANT_ID": "hunter2", "ARM_CLIENT_ID": "hunter2", "ARM_CLIENT_ID_FILE_PATH": "hunter2", "ARM_CLIENT_SECRET": "hunter2", "ARM_CLIENT_SECRET_FILE_PATH": "hunter2",
		"ARM_CLIENT_CERTIFICATE": "hunter2", "ARM_CLIENT_CERTIFICATE_PATH": "hunter2", "ARM_CLIENT_CERTIFICATE_PASSWORD": "hunter2",
		"ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN": "hunter2", "ARM_OIDC_TOKEN_FILE_PATH": "hunter2", "ARM_OIDC_REQUEST_URL": "hunter2", "ARM_OIDC_REQUEST_TOKEN": "hunter2",
		"ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID": "hunter2", "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID": "hunter2",
		"ARM_USE_AKS_WORKLOAD_IDENTITY": "true", "ARM_USE_MSI": "true", "ARM_MSI_ENDPOINT": "hunter2", "ARM_USE_CLI": "1",
		"AZURE_TENANT_ID": "hunter2", "AZURE_CLIENT_ID": "hunter2", "AZURE_CLIENT_SECRET": "hunter2", "AZURE_CLIENT_CERTIFICATE_PATH": "hunter2",
		"AZURE_CLIENT_CERTIFICATE_PASSWORD": "hunter2", "AZURE_FEDERATED_TOKEN_FILE": "hunter2",
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			t.Setenv(name, value)
			tf := newCommandLine(t, factories(), "provider \"rbac\" {}\n"+smallRole(reads))
			out := tf.fails("plan")
			out.says("Error: Backend not chosen", `provider "rbac"`, "The environment variable "+name+" names Microsoft credentials, "+choose)
			out.count("Error: ", 1)
			out.count("hunter2", 0)
			if isThere(t, "rbac-tenant.db") {
				t.Error("a tenant file was made")
			}
		})
	}
	t.Run("a microsoft block", func(t *testing.T) {
		tf := newCommandLine(t, factories(), "provider \"rbac\" {\n  microsoft = { client_secret = \"hunter2\" }\n}\n"+smallRole(reads))
		out := tf.fails("plan")
		out.says("Error: Backend not chosen", "The block `microsoft` names a Microsoft tenant, "+choose)
		out.count("hunter2", 0)
	})
	t.Run("what names no tenant", func(t *testing.T) {
		t.Chdir(t.TempDir())
		for name, value := range map[string]string{
			"ARM_ENVIRONMENT": "public", "AZURE_AUTHORITY_HOST": "https://login.microsoftonline.com", "ARM_USE_OIDC": "false", "ARM_USE_MSI": "0",
			"ACTIONS_ID_TOKEN_REQUEST_URL": "hunter2", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "hunter2", "SYSTEM_OIDCREQUESTURI": "hunter2", "SYSTEM_ACCESSTOKEN": "hunter2",
		} {
			t.Setenv(name, value)
		}
		newCommandLine(t, factories(), "provider \"rbac\" {}\n"+smallRole(reads)).run("plan").says("Warning: Managing the embedded tenant")
	})
	t.Run("chosen", func(t *testing.T) {
		t.Setenv("AZURE_CLIENT_ID", "hunter2")
		newTenant(t).serial(t, resource.TestStep{Config: memory(smallRole(reads))})
	})
}

func TestAccProvider_backendsThatAreNone(t *testing.T) {
	embeddedOnly(t, "it is about provider blocks")
	t.Parallel()
	for name, c := range map[string]struct {
		block string
		want  []string
	}{
		"unknown": {`backend = "locale"`, []string{"Unknown backend", `backend = "locale"`, `The value is "locale". It must be "local", "memory" or "microsoft". Did you mean "local"?`}},
		"casing":  {`backend = "Memory"`, []string{"Unknown backend", `The value is "Memory". It must be "local", "memory" or "microsoft". Did you mean "memory"?`}},
		"empty":   {`backend = ""`, []string{"Unknown backend", `backend = ""`, `It must be "local", "memory" or "microsoft".`}},
		"tenant":  {"backend = \"microsoft\"\n  microsoft = {\n    use_cli   = true\n    tenant_id = \"contoso\"\n  }", []string{"Invalid tenant", `tenant_id = "contoso"`, `"contoso" is neither the GUID of a tenant nor one of its domains`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, "provider \"rbac\" {\n  "+c.block+"\n}\n", c.want...)
		})
	}
}

func TestAccProvider_whatIsNotKnownWhilePlanningIsRefused(t *testing.T) {
	embeddedOnly(t, "it is about provider blocks")
	t.Parallel()
	for name, c := range map[string]struct {
		block string
		want  []string
	}{
		"backend":   {"backend = terraform_data.later.id", []string{"Unknown backend", "Which tenant to manage is not known while planning. Set `backend` to a value that does not depend on resources."}},
		"path":      {"backend = \"local\"\n  local = { path = terraform_data.later.id }", []string{"Unknown file", "The file is not known while planning."}},
		"directory": {"backend = \"local\"\n  local = { directory = terraform_data.later.id }", []string{"Unknown file", "The file is not known while planning."}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, "resource \"terraform_data\" \"later\" {}\nprovider \"rbac\" {\n  "+c.block+"\n}\n", c.want...)
		})
	}
}

func TestAccProvider_otherChoicesThatAreNone(t *testing.T) {
	embeddedOnly(t, "it is about provider blocks")
	t.Parallel()
	for name, c := range map[string]struct {
		line string
		want []string
	}{
		"environment":        {`microsoft = { environment = "german" }`, []string{"Unknown environment", `The value is "german". It must be "public", "usgovernment" or "china".`}},
		"catalog":            {`validation = { catalog = "strict" }`, []string{"Unknown severity", `The value is "strict". It must be "error", "warning" or "off".`}},
		"severity of a rule": {`validation = { rules = { azure_action_syntax = "warn" } }`, []string{"Unknown severity", "validation = {", `The severity of the rule "azure_action_syntax" is "warn". It must be "error", "warning" or "off".`}},
		"rule":               {`validation = { rules = { azure_action_sintax = "warning" } }`, []string{"Unknown rule", "validation = {", `"azure_action_sintax" is no rule. Did you mean "azure_action_syntax"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, "provider \"rbac\" {\n  backend = \"memory\"\n  "+c.line+"\n}\n", c.want...)
		})
	}
}

func TestAccProvider_aTenantFileThatCannotBeOneIsRefusedAndLeftAlone(t *testing.T) {
	embeddedOnly(t, "it is about provider blocks")
	t.Parallel()
	folder := t.TempDir()
	in := func(name string) string { return filepath.Join(folder, name) }
	put := func(name, content string) string {
		if err := os.WriteFile(in(name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return in(name)
	}
	database := func(name string, statements ...string) string {
		db, err := sql.Open("sqlite", in(name))
		for _, s := range statements {
			if err == nil {
				_, err = db.ExecContext(t.Context(), s)
			}
		}
		if err == nil {
			err = db.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		return in(name)
	}
	loop := in("loop.db")
	if err := os.Symlink(loop, loop); err != nil {
		t.Fatal(err)
	}
	shut := put("shut.db", "")
	if err := os.Chmod(shut, 0); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file string
		want string
	}{
		"a short text":       {put("short.txt", "not a tenant"), `"FILE" is no SQLite database, not a tenant of this provider, and is left as it is. Choose another path.`},
		"a long text":        {put("long.txt", strings.Repeat("not a tenant\n", 100)), `"FILE" is no SQLite database, not a tenant of this provider, and is left as it is. Choose another path.`},
		"another database":   {database("other.db", "CREATE TABLE t (x)", "INSERT INTO t VALUES (1)"), `"FILE" is the database of another program, not a tenant of this provider, and is left as it is. Choose another path.`},
		"a newer tenant":     {database("newer.db", "CREATE TABLE t (x)", fmt.Sprintf("PRAGMA application_id = %d", 0x52574252), "PRAGMA user_version = 99"), `The tenant file "FILE" has layout 99, and this version of the provider knows layouts up to 1. Use the newer version that wrote it, or choose another file.`},
		"a folder":           {folder, `"FILE" is a folder. The tenant is one file: name a file in it, such as "` + in("rbac-tenant.db") + `".`},
		"no folder":          {in("missing/tenant.db"), `There is no folder "` + in("missing") + `" for the tenant file "FILE". Create the folder, or choose another path.`},
		"a file as folder":   {filepath.Join(put("file", "x"), "tenant.db"), `"` + in("file") + `" is no folder, so the tenant file "FILE" can't be in it. Choose another path.`},
		"a device":           {"/dev/null", `"FILE" is no regular file. The tenant is one file: choose another path.`},
		"what can't be read": {loop, `The tenant file "FILE" can't be read:`},
		"no permission":      {shut, `The tenant file "FILE" can't be opened for reading and writing: permission denied.`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == "no permission" && os.Geteuid() == 0 {
				t.Skip("skipped, because root may read every file")
			}
			was, _ := os.ReadFile(c.file)
			refused(t, localProvider(c.file), "Invalid tenant file", "path = ", strings.ReplaceAll(c.want, "FILE", c.file))
			if is, _ := os.ReadFile(c.file); !bytes.Equal(is, was) {
				t.Errorf("%s was changed", c.file)
			}
		})
	}
}

func TestAccProvider_anEmptyFileBecomesATenant(t *testing.T) {
	embeddedOnly(t, "it is about provider blocks")
	t.Parallel()
	tf := newCommandLine(t, factories(), localProvider(write(t, "tenant.db", ""))+smallRole(reads))
	tf.run("apply", "-auto-approve")
	tf.run("plan", "-detailed-exitcode").says("No changes.")
}

// The tests' own timeouts keep the wait short; by default it is half a minute.
func TestAccProvider_aTenantFileThatAnotherProcessHoldsIsAnErrorAfterTheTimeout(t *testing.T) {
	embeddedOnly(t, "it is about provider blocks")
	t.Parallel()
	file := filepath.Join(t.TempDir(), "tenant.db")
	config := localProvider(file) + smallRole(reads, `timeouts = { create = "300ms", read = "300ms", update = "300ms", delete = "300ms" }`)
	tf := newCommandLine(t, factories(), config)
	made, err := reference.Open(t.Context(), reference.Options{Path: file})
	if err == nil {
		err = made.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() // nothing is written through it
	hold := func() func() {
		t.Helper()
		conn, err := db.Conn(t.Context())
		if err == nil {
			_, err = conn.ExecContext(t.Context(), "BEGIN EXCLUSIVE")
		}
		if err != nil {
			t.Fatal(err)
		}
		return func() {
			if _, err := conn.ExecContext(context.Background(), "ROLLBACK"); err != nil {
				t.Error(err)
			}
			_ = conn.Close()
		}
	}
	says := func(headline string, out output) {
		t.Helper()
		out.says("Error: "+headline, "The operation did not end within its time.", "raise the value in `timeouts`", `The tenant file "`+file+`" did not answer within the time allowed. Raise the timeout, or find out what holds the file.`)
		out.count("Error: ", 1)
	}
	release := hold()
	says("Cannot create Azure custom role", tf.fails("apply", "-auto-approve"))
	release()
	tf.run("apply", "-auto-approve")
	release = hold()
	says("Cannot read Azure custom role", tf.fails("plan"))
	says("Cannot delete Azure custom role", tf.fails("destroy", "-auto-approve", "-refresh=false"))
	tf.write(strings.Replace(config, `"Small"`, `"Tiny"`, 1))
	says("Cannot update Azure custom role", tf.fails("apply", "-auto-approve", "-refresh=false"))
	release()
	tf.run("apply", "-auto-approve").says("0 added, 1 changed, 0 destroyed")
	tf.run("plan", "-detailed-exitcode").says("No changes.")
}

func TestAccProvider_aDirectoryFileWithAMistakeIsRefused(t *testing.T) {
	embeddedOnly(t, "it is about provider blocks")
	t.Parallel()
	const id = `"aaaaaaaa-0000-0000-0000-000000000001"`
	for name, c := range map[string]struct {
		json string
		want string
	}{
		"no JSON":                 {"{\n  \"users\": [\n}", "It is no JSON: something is wrong at line 3, column 1."},
		"empty":                   {"", "It is no JSON: something is wrong at line 1, column 1."},
		"a list":                  {"[]", "The file is a list. It must be a JSON object."},
		"two objects":             {"{} {}", "There is something after the end of the JSON object."},
		"unknown field":           {`{"user": []}`, `user is no field of a directory file. Did you mean "users"?`},
		"unknown field below":     {`{"groups": [{"id": ` + id + `, "member": []}]}`, `groups[0].member is no field of a directory file. Did you mean "members"?`},
		"bad GUID":                {`{"users": [{"id": "ada"}]}`, `users[0].id is "ada". It must be a GUID,`},
		"missing ID":              {`{"users": [{"display_name": "Ada"}]}`, "users[0].id is missing."},
		"wrong type":              {`{"groups": [{"id": ` + id + `, "security_enabled": "yes"}]}`, "groups[0].security_enabled is a string. It must be true or false."},
		"duplicate":               {`{"users": [{"id": ` + id + `}], "groups": [{"id": ` + strings.ToUpper(id) + `}]}`, "groups[0].id is " + id + ", which users[0].id is too. Give each its own ID."},
		"dangling member":         {`{"groups": [{"id": "bbbbbbbb-0000-0000-0000-000000000001", "members": [` + id + `]}]}`, "groups[0].members[0] is " + id + ", which is no user, group, service principal or device of this file."},
		"dangling parent":         {`{"management_groups": [{"id": "root"}, {"id": "it", "parent": "rooot"}]}`, `management_groups[1].parent is "rooot", which is no management group of this file. Did you mean "root"?`},
		"dangling group":          {`{"subscriptions": [{"id": ` + id + `, "management_group": "it"}]}`, `subscriptions[0].management_group is "it", which is no management group of this file.`},
		"a circle":                {`{"management_groups": [{"id": "a", "parent": "b"}, {"id": "b", "parent": "a"}]}`, "management_groups go in a circle: a → b → a."},
		"unknown cloud":           {`{"cloud": "german"}`, `cloud is "german". It is "public", "usgovernment" or "china".`},
		"a caller that is no-one": {`{"caller": ` + id + `}`, "caller is " + id + ", which is neither a user nor a service principal of this file."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := write(t, "directory.json", c.json)
			tenant := filepath.Join(t.TempDir(), "tenant.db")
			refused(t, fmt.Sprintf("provider \"rbac\" {\n  backend = \"local\"\n  local = {\n    path = %q\n    directory = %q\n  }\n}\n", tenant, file),
				"Invalid directory file", `The directory file "`+file+`" has a mistake: `+c.want)
			if isThere(t, tenant) {
				t.Error("a tenant file was made")
			}
		})
	}
	t.Run("missing", func(t *testing.T) {
		t.Parallel()
		file := filepath.Join(t.TempDir(), "directory.json")
		refused(t, fmt.Sprintf("provider \"rbac\" {\n  backend = \"local\"\n  local = { directory = %q }\n}\n", file),
			"Invalid directory file", `There is no directory file "`+file+`". Create it, or correct the path.`)
	})
	t.Run("a folder", func(t *testing.T) {
		t.Parallel()
		folder := t.TempDir()
		refused(t, fmt.Sprintf("provider \"rbac\" {\n  backend = \"local\"\n  local = { directory = %q }\n}\n", folder),
			"Invalid directory file", `The directory file "`+folder+`" can't be read: is a directory.`)
	})
	t.Run("secrets are not shown", func(t *testing.T) {
		t.Parallel()
		file := write(t, "directory.json", `{"service_principals": [{"id": `+id+`, "secret": ["hunter2"]}]}`)
		out := newCommandLine(t, factories(), fmt.Sprintf("provider \"rbac\" {\n  backend = \"local\"\n  local = { directory = %q }\n}\n", file)+smallRole(reads)).fails("plan")
		out.says("service_principals[0].secret is a list. It must be a string.")
		out.count("hunter2", 0)
	})
}

func TestAccProvider_theDirectoryFileDecidesWhoExists(t *testing.T) {
	embeddedOnly(t, "it is about provider blocks")
	t.Parallel()
	block := fmt.Sprintf("provider \"rbac\" {\n  backend = \"local\"\n  local = {\n    path = %q\n    directory = %q\n  }\n}\n", filepath.Join(t.TempDir(), "tenant.db"), write(t, "directory.json", people))
	tf := newCommandLine(t, factories(), block+readerWith(map[string]string{"principal_id": "bbbbbbbb-0000-0000-0000-000000000001"}))
	tf.run("apply", "-auto-approve")
	tf.run("state", "show", reader).says(`principal_type = "Group"`)
	tf.write(block + readerWith(map[string]string{"principal_id": "eeeeeeee-0000-0000-0000-000000000001"}))
	tf.fails("apply", "-auto-approve").says("Error: Unknown principal", "principal_id", "The directory has no object eeeeeeee-0000-0000-0000-000000000001.", "Rule: azure_principal_exists")
}

func TestAccProvider_mistakesAreReportedTogetherEachOnItsAttribute(t *testing.T) {
	embeddedOnly(t, "it is about provider blocks")
	t.Parallel()
	folder := t.TempDir()
	tf := newCommandLine(t, factories(), fmt.Sprintf(`
provider "rbac" {
  backend = "local"
  local = {
    path      = %q
    directory = %q
  }
  limits = {
    azure_custom_role_per_tenant = 8000
    azure_role_name_length       = 0
  }
}
`, folder, filepath.Join(folder, "nobody.json"))+smallRole(reads))
	out := tf.fails("plan")
	for _, want := range [][]string{
		{"Error: Invalid tenant file", "is a folder."},
		{"Error: Invalid directory file", "There is no directory file"},
		{"Error: Unknown limit", `"azure_custom_role_per_tenant" is no limit. Did you mean "azure_custom_roles_per_tenant" or "entra_custom_roles_per_tenant"?`},
		{"Error: Invalid limit", "The limit is 0. A limit is a whole number from 1 to 2147483647."},
	} {
		out.says(want...)
	}
	out.count("Error: ", 4)
	out.count(`in provider "rbac"`, 4)
}

func TestAccProvider_limitsThatAreNone(t *testing.T) {
	embeddedOnly(t, "it is about provider blocks")
	t.Parallel()
	for name, c := range map[string]struct {
		limits string
		want   []string
	}{
		"unknown":    {"{ nothing = 1 }", []string{"Unknown limit", "limits = { nothing = 1 }", `"nothing" is no limit.`}},
		"zero":       {"{ azure_custom_roles_per_tenant = 0 }", []string{"Invalid limit", "limits = {", "The limit is 0. A limit is a whole number from 1 to 2147483647."}},
		"negative":   {"{ azure_custom_roles_per_tenant = -1 }", []string{"Invalid limit", "The limit is -1. A limit is a whole number from 1 to 2147483647."}},
		"a fraction": {"{ azure_custom_roles_per_tenant = 1.5 }", []string{"Invalid limit", "The limit is 1.5. A limit is a whole number from 1 to 2147483647."}},
		"too large":  {"{ azure_custom_roles_per_tenant = 1e20 }", []string{"Invalid limit", "The limit is 100000000000000000000. A limit is a whole number from 1 to 2147483647."}},
		"not known":  {"{ azure_custom_roles_per_tenant = length(terraform_data.later.id) }", []string{"Unknown validation", "How strictly to check is not known while planning."}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, "resource \"terraform_data\" \"later\" {}\nprovider \"rbac\" {\n  backend = \"memory\"\n  limits = "+c.limits+"\n}\n", c.want...)
		})
	}
}

func TestAccProvider_limitsAreKept(t *testing.T) {
	embeddedOnly(t, "it is about provider blocks")
	t.Parallel()
	t.Run("of the tenant", func(t *testing.T) {
		t.Parallel()
		block := localProvider(filepath.Join(t.TempDir(), "tenant.db"), "limits = { azure_custom_roles_per_tenant = 1 }")
		tf := newCommandLine(t, factories(), block+smallRole(reads))
		tf.run("apply", "-auto-approve")
		tf.write(block + smallRole(reads) + operatorRole)
		out := tf.fails("apply", "-auto-approve")
		out.says("Error: Too many Azure custom roles",
			"With this plan the tenant has 2 custom roles. It can have 1. Delete roles that are not used, or raise azure_custom_roles_per_tenant in limits if the tenant's quota is higher.",
			"Rule: azure_custom_roles_per_tenant")
		out.count("Error: ", 1)
		tf.write(strings.Replace(block, "= 1 }", "= 2 }", 1) + smallRole(reads) + operatorRole)
		tf.run("apply", "-auto-approve").says("1 added, 0 changed, 0 destroyed")
	})
	t.Run("of one role", func(t *testing.T) {
		t.Parallel()
		refused(t, "provider \"rbac\" {\n  backend = \"memory\"\n  limits = { azure_role_name_length = 4 }\n}\n",
			"Invalid Azure role name", "The name has 5 characters. An Azure role name has at most 4; shorten it.")
	})
	t.Run("null is the documented one", func(t *testing.T) {
		t.Parallel()
		refused(t, "provider \"rbac\" {\n  backend = \"memory\"\n  limits = { azure_role_description_length = null }\n  validation = { rules = { azure_role_description_length = null } }\n}\n"+
			strings.NewReplacer("small", "long", "Small", "Long").Replace(smallRole(reads, `description = "`+strings.Repeat("x", 2049)+`"`)),
			"Invalid Azure role description", "The description has 2049 characters. An Azure role description has at most 2048; shorten it.")
	})
	t.Run("raised by a variable", func(t *testing.T) {
		t.Parallel()
		tf := newCommandLine(t, factories(), "variable \"most\" {\n  type    = number\n  default = 600\n}\n"+localProvider(filepath.Join(t.TempDir(), "tenant.db"), "limits = { azure_role_name_length = var.most }")+
			strings.Replace(smallRole(reads), `"Small"`, `"`+strings.Repeat("x", 600)+`"`, 1))
		tf.run("validate")
		tf.run("apply", "-auto-approve")
	})
	t.Run("raised", func(t *testing.T) {
		t.Parallel()
		tf := newCommandLine(t, factories(), localProvider(filepath.Join(t.TempDir(), "tenant.db"), "limits = { azure_role_name_length = 600 }")+
			strings.Replace(smallRole(reads), `"Small"`, `"`+strings.Repeat("x", 600)+`"`, 1))
		tf.run("apply", "-auto-approve")
	})
}

func TestAccProvider_severitiesOfRulesAreKept(t *testing.T) {
	embeddedOnly(t, "it is about provider blocks")
	t.Parallel()
	bad := smallRole(`actions = ["Microsoft.Compute/*/*/read"]`)
	plan := func(severity string) *commandLine {
		return newCommandLine(t, factories(), "provider \"rbac\" {\n  backend = \"memory\"\n  validation = { catalog = \"warning\", rules = { azure_action_one_wildcard = \""+severity+"\" } }\n}\n"+bad)
	}
	plan("error").fails("plan").says("Error: Invalid Azure action", "Rule: azure_action_one_wildcard")
	out := plan("warning").run("plan")
	out.says("Warning: Invalid Azure action", "Rule: azure_action_one_wildcard")
	out.count("Error: ", 0)
	plan("off").run("plan").count("Invalid Azure action", 0)
}

func TestAccProvider_dataSourcesOfTheCatalogTouchNoTenant(t *testing.T) {
	embeddedOnly(t, "it is about provider blocks")
	t.Parallel()
	file := filepath.Join(t.TempDir(), "tenant.db")
	tf := newCommandLine(t, factories(), localProvider(file)+`
data "rbac_azure_builtin_role" "reader" {
  name = "Reader"
}

data "rbac_entra_builtin_role" "helpdesk" {
  name = "Helpdesk Administrator"
}

data "rbac_intune_builtin_role" "helpdesk" {
  name = "Help Desk Operator"
}

output "reader" {
  value = data.rbac_azure_builtin_role.reader.id
}
`)
	tf.run("apply", "-auto-approve").says(`reader = "` + readerARM + `"`)
	if isThere(t, file) {
		t.Error("a tenant file was made")
	}
}

func TestAccProvider_whatIsWrittenToAFileIsThereForTheNextRun(t *testing.T) {
	embeddedOnly(t, "it is about provider blocks")
	t.Parallel()
	needTerraform(t)
	config := localProvider(filepath.Join(t.TempDir(), "tenant.db")) + operatorRole + operatorAssigned
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		Steps: []resource.TestStep{
			{Config: config, ConfigStateChecks: []statecheck.StateCheck{part(operator, state{"id": operatorARM, "actions": operatorActions})}},
			{Config: config, ConfigPlanChecks: nothing()},
		},
	})
}
