// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package house_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/rolewright/terraform-provider-rbac/internal/provider"
)

// schemas asks the provider for all that it describes, as Terraform does.
func schemas(t *testing.T) (*tfprotov6.GetProviderSchemaResponse, *tfprotov6.GetResourceIdentitySchemasResponse) {
	t.Helper()
	server, err := providerserver.NewProtocol6WithError(provider.New("test")())()
	if err != nil {
		t.Fatal(err)
	}
	schema, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	identities, err := server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range slices.Concat(schema.Diagnostics, identities.Diagnostics) {
		t.Errorf("%s: %s", d.Summary, d.Detail)
	}
	// The contract names these; a provider without them would pass every test below.
	if r, d := len(schema.ResourceSchemas), len(schema.DataSourceSchemas); r < 7 || d < 16 {
		t.Fatalf("the provider has %d resources and %d data sources, fewer than it is said to have", r, d)
	}
	return schema, identities
}

func TestEverythingIsDescribed(t *testing.T) {
	t.Parallel()
	schema, identities := schemas(t)
	describedBlock(t, "provider", schema.Provider.Block)
	for name, s := range schema.ResourceSchemas {
		describedBlock(t, name, s.Block)
		identity, ok := identities.IdentitySchemas[name]
		if !ok {
			t.Errorf("%s has no identity", name)
			continue
		}
		for _, a := range identity.IdentityAttributes {
			sentence(t, "the identity of "+name+"."+a.Name, a.Description)
		}
	}
	for name, s := range schema.DataSourceSchemas {
		describedBlock(t, "data."+name, s.Block)
	}
	for name, f := range schema.Functions {
		sentence(t, name, f.Description)
		for _, p := range f.Parameters {
			sentence(t, name+"."+p.Name, p.Description)
		}
	}
}

func describedBlock(t *testing.T, at string, block *tfprotov6.SchemaBlock) {
	t.Helper()
	sentence(t, at, block.Description)
	for _, a := range block.Attributes {
		describedAttribute(t, at+"."+a.Name, a)
	}
	for _, b := range block.BlockTypes {
		describedBlock(t, at+"."+b.TypeName, b.Block)
	}
}

func describedAttribute(t *testing.T, at string, a *tfprotov6.SchemaAttribute) {
	t.Helper()
	sentence(t, at, a.Description)
	if a.NestedType != nil {
		for _, nested := range a.NestedType.Attributes {
			describedAttribute(t, at+"."+nested.Name, nested)
		}
	}
}

// sentence fails for a description that is missing or no sentence.
func sentence(t *testing.T, at, description string) {
	t.Helper()
	switch first := strings.TrimLeft(description, "`"); {
	case description == "":
		t.Errorf("%s has no description", at)
	case !strings.HasSuffix(description, "."):
		t.Errorf("the description of %s ends without a full stop: %q", at, description)
	case first == description && strings.ToLower(first[:1]) == first[:1] && strings.ToUpper(first[:1]) != first[:1]:
		t.Errorf("the description of %s begins in lower case: %q", at, description)
	}
}

// pages says of one kind of thing where its examples and its docs are.
type pages struct {
	kind  string
	names []string
	files []string // of each example
}

func kinds(t *testing.T) []pages {
	t.Helper()
	schema, _ := schemas(t)
	return []pages{
		{"resources", sortedKeys(schema.ResourceSchemas), []string{"resource.tf", "import.sh", "import-by-string-id.tf"}},
		{"data-sources", sortedKeys(schema.DataSourceSchemas), []string{"data-source.tf"}},
		{"functions", sortedKeys(schema.Functions), []string{"function.tf"}},
	}
}

func TestEveryTypeHasItsExampleAndEveryExampleItsType(t *testing.T) {
	t.Parallel()
	for _, k := range kinds(t) {
		for _, name := range k.names {
			for _, file := range k.files {
				if content := readFile(t, filepath.Join("examples", k.kind, name, file)); !strings.Contains(content, name) {
					t.Errorf("examples/%s/%s/%s does not speak of %s", k.kind, name, file, name)
				}
			}
		}
		for _, name := range directory(t, filepath.Join("examples", k.kind)) {
			if !slices.Contains(k.names, name) {
				t.Errorf("examples/%s/%s is of no type of the provider", k.kind, name)
			}
		}
	}
}

func TestEveryTypeHasItsPageAndEveryPageItsType(t *testing.T) {
	t.Parallel()
	schema, _ := schemas(t)
	blocks := map[string]*tfprotov6.SchemaBlock{}
	for name, s := range schema.ResourceSchemas {
		blocks["resources/"+name] = s.Block
	}
	for name, s := range schema.DataSourceSchemas {
		blocks["data-sources/"+name] = s.Block
	}
	for _, k := range kinds(t) {
		var files []string
		for _, name := range k.names {
			file := strings.TrimPrefix(name, "rbac_") + ".md"
			files = append(files, file)
			page := readFile(t, filepath.Join("docs", k.kind, file))
			if k.kind == "functions" {
				for _, p := range schema.Functions[name].Parameters {
					if !strings.Contains(page, "`"+p.Name+"`") {
						t.Errorf("docs/%s/%s does not tell of %s: run make docs", k.kind, file, p.Name)
					}
				}
				continue
			}
			for _, a := range blocks[k.kind+"/"+name].Attributes {
				if !strings.Contains(page, "`"+a.Name+"`") {
					t.Errorf("docs/%s/%s does not tell of %s: run make docs", k.kind, file, a.Name)
				}
			}
		}
		for _, file := range directory(t, filepath.Join("docs", k.kind)) {
			if !slices.Contains(files, file) {
				t.Errorf("docs/%s/%s is of no type of the provider: delete it, and run make docs", k.kind, file)
			}
		}
	}
	page := readFile(t, filepath.Join("docs", "index.md"))
	for _, a := range schema.Provider.Block.Attributes {
		if !strings.Contains(page, "`"+a.Name+"`") {
			t.Errorf("docs/index.md does not tell of %s: run make docs", a.Name)
		}
	}
}

func TestReadmeAndChangelogNameEveryType(t *testing.T) {
	t.Parallel()
	readme, changelog := readFile(t, "README.md"), readFile(t, "CHANGELOG.md")
	for _, k := range kinds(t) {
		title := map[string]string{"resources": "New Resource", "data-sources": "New Data Source", "functions": "New Function"}[k.kind]
		for _, name := range k.names {
			if !strings.Contains(readme, "`"+name+"`") {
				t.Errorf("README.md does not name %s", name)
			}
			if line := "* **" + title + ":** `" + name + "`"; strings.Count(changelog, line) != 1 {
				t.Errorf("CHANGELOG.md should have the line %q once", line)
			}
		}
	}
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// root is the repository.
const root = "../.."

// readFile reads a file of the repository; one that is missing fails the test.
func readFile(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Errorf("%s is missing: %v", filepath.ToSlash(name), err)
	}
	return string(content)
}

// directory lists what is in a directory of the repository.
func directory(t *testing.T, name string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(root, name))
	if err != nil {
		t.Errorf("%s is missing: %v", filepath.ToSlash(name), err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
