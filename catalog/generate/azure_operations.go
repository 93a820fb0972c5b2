// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

type azureProviderFact struct {
	Namespace   string `json:"namespace"`
	DisplayName string `json:"display_name"`
	Operations  int    `json:"operations"`
}

// operationFact is one line of azure-operations.tsv.
type operationFact struct {
	name, folded, plane, sources string
	privileged                   int // 1 + index of the privileged pattern, 0 for none
}

// codes are the characters that stand for an index in a data file.
const codes = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// planes maps the data-action column to the letter of the data file: control,
// data, both, or not known which.
var planes = map[string]byte{"false": 'c', "true": 'd', "both": 'b', "": '?'}

// readOperations returns the known operations, sorted by folded name, each with
// the privileged pattern that covers it, and those patterns.
func readOperations(facts fs.FS) ([]operationFact, [][]string, error) {
	rows, err := readTable(facts, "azure-operations.tsv",
		"operation\tprovider\tis_data_action\tin_provider_operations_dump\tsources")
	if err != nil {
		return nil, nil, err
	}
	privileged, err := readTable(facts, "azure-privileged-operations.tsv", "pattern\treason")
	if err != nil {
		return nil, nil, err
	}
	patterns := make([]azure.Pattern, len(privileged))
	used := make([]bool, len(privileged))
	for i, row := range privileged {
		if patterns[i], err = azure.ParsePattern(row[0]); err != nil {
			return nil, nil, err
		}
	}
	ops := make([]operationFact, len(rows))
	keys := make([]string, len(rows))
	for i, row := range rows {
		keys[i] = rbac.Fold(row[0])
		if len(keys[i]) != len(row[0]) {
			return nil, nil, fmt.Errorf("folding changes the length of %q", row[0])
		}
		if _, ok := planes[row[2]]; !ok {
			return nil, nil, fmt.Errorf("%s: data action is %q", row[0], row[2])
		}
		ops[i] = operationFact{name: row[0], folded: keys[i], plane: row[2], sources: row[4]}
		for j, p := range patterns {
			if p.MatchFolded(keys[i]) {
				ops[i].privileged, used[j] = j+1, true
				break
			}
		}
	}
	unknown, err := fs.ReadFile(facts, "azure-unknown-actions.txt")
	if err != nil {
		return nil, nil, err
	}
	for i, row := range privileged {
		if !used[i] && !strings.Contains("\n"+string(unknown), "\n"+row[0]+"\n") {
			return nil, nil, fmt.Errorf("privileged pattern %q covers no known operation and no role holds it", row[0])
		}
	}
	slices.SortFunc(ops, func(a, b operationFact) int { return cmp.Compare(a.folded, b.folded) })
	return ops, privileged, duplicates("operation", keys)
}

// azureOperations writes the legend of the two index characters, an empty line,
// and one line for each operation: plane, sources, privileged pattern, name.
func azureOperations(facts fs.FS) ([]byte, error) {
	ops, privileged, err := readOperations(facts)
	if err != nil {
		return nil, err
	}
	var sources []string
	for _, op := range ops {
		sources = append(sources, op.sources)
	}
	slices.Sort(sources)
	sources = slices.Compact(sources)
	if len(sources) > len(codes) || len(privileged) >= len(codes) {
		return nil, fmt.Errorf("more than %d sets of sources or privileged patterns", len(codes))
	}
	var out records
	out.all("sources", sources)
	for _, row := range privileged {
		out.put("privileged", row[1])
	}
	out.end()
	for _, op := range ops {
		source, _ := slices.BinarySearch(sources, op.sources)
		out.text.WriteByte(planes[op.plane])
		out.text.WriteByte(codes[source])
		out.text.WriteByte(codes[op.privileged])
		out.text.WriteString(op.name + "\n")
	}
	return out.bytes()
}

// azureProviders writes the namespaces and what people call them.
func azureProviders(facts fs.FS) ([]byte, error) {
	providers, err := readJSON[[]azureProviderFact](facts, "azure-providers.json")
	if err != nil {
		return nil, err
	}
	ops, _, err := readOperations(facts)
	if err != nil {
		return nil, err
	}
	count := map[string]int{}
	for _, op := range ops {
		namespace, _, _ := strings.Cut(op.folded, "/")
		count[namespace]++
	}
	slices.SortFunc(providers, func(a, b azureProviderFact) int {
		return cmp.Compare(rbac.Fold(a.Namespace), rbac.Fold(b.Namespace))
	})
	var out records
	var keys []string
	for _, p := range providers {
		key := rbac.Fold(p.Namespace)
		if count[key] != p.Operations {
			return nil, fmt.Errorf("%s has %d operations, its entry says %d", p.Namespace, count[key], p.Operations)
		}
		delete(count, key)
		keys = append(keys, key)
		out.put("namespace", p.Namespace)
		out.put("display", p.DisplayName)
		out.end()
	}
	if len(count) > 0 {
		return nil, fmt.Errorf("%d namespaces of operations have no entry", len(count))
	}
	if err := duplicates("namespace", keys); err != nil {
		return nil, err
	}
	return out.bytes()
}
