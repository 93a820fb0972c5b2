// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package words_test

import (
	"strings"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/catalog/internal/words"
)

func TestIdentifiersReadAsEnglish(t *testing.T) {
	t.Parallel()
	for identifier, want := range map[string]string{
		"":                              "",
		"read":                          "Read",
		"virtualMachineScaleSets":       "Virtual machine scale sets",
		"publicIPAddresses":             "Public IP addresses",
		"publicIPs":                     "Public IPs",
		"SAPVirtualInstances":           "SAP virtual instances",
		"oAuth2PermissionGrants":        "OAuth2 permission grants",
		"listKeys":                      "List keys",
		"vmSizes":                       "VM sizes",
		"definitions.groups":            "Definitions groups",
		"RotateBitLockerKeys":           "Rotate BitLocker keys",
		"ReadBiosPassword":              "Read BIOS password",
		"RemoveDeviceEsim":              "Remove device eSIM",
		"bitlockerKeys":                 "BitLocker keys",
		"ddosProtectionPlans":           "DDoS protection plans",
		"TenantAttachRecommendations":   "Tenant attach recommendations",
		"trustedCAsForPasswordlessAuth": "Trusted CAs for passwordless auth",
	} {
		if got := words.Sentence(identifier); got != want {
			t.Errorf("Sentence(%q) = %q, want %q", identifier, got, want)
		}
	}
}

func FuzzSplitKeepsEveryLetter(f *testing.F) {
	for _, s := range []string{"", "aB", "IPs", "a.b-c_d", "ÄöÜ", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "?")
		got := strings.Join(words.Split(s), "")
		want := strings.Join(strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(".-_", r) }), "")
		want = strings.Join(strings.Fields(want), "")
		if got != want {
			t.Errorf("Split(%q) keeps %q, want %q", s, got, want)
		}
		words.Sentence(s)
	})
}
