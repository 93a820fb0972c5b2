// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

// Package words turns identifiers such as "virtualMachineScaleSets" into plain
// English. The catalog derives its descriptions with it, so no prose has to be
// stored for tens of thousands of permissions.
package words

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// names are identifiers, or runs of letters in them, that people write in
// another way than letter by letter. Keys are lower case.
var names = map[string]string{
	"ad": "AD", "adls": "ADLS", "ai": "AI", "api": "API", "apis": "APIs", "asr": "ASR",
	"b2b": "B2B", "b2c": "B2C", "bios": "BIOS", "bitlocker": "BitLocker", "cas": "CAs",
	"cdn": "CDN", "cpu": "CPU", "csv": "CSV", "ddos": "DDoS", "dfci": "DFCI", "dns": "DNS",
	"edr": "EDR", "esim": "eSIM", "github": "GitHub", "hsm": "HSM", "hsms": "HSMs",
	"id": "ID", "ids": "IDs", "iot": "IoT", "ip": "IP", "ips": "IPs", "intune": "Intune",
	"json": "JSON", "mdm": "MDM", "mfa": "MFA", "nat": "NAT", "oauth2": "OAuth2", "openid": "OpenID",
	"os": "OS", "pc": "PC", "pki": "PKI", "rbac": "RBAC", "sas": "SAS", "sdk": "SDK",
	"sku": "SKU", "skus": "SKUs", "sql": "SQL", "ssh": "SSH", "ssl": "SSL", "sso": "SSO",
	"tls": "TLS", "url": "URL", "urls": "URLs", "vm": "VM", "vms": "VMs", "vpn": "VPN",
	"azure": "Azure", "bi": "BI", "dynamics365": "Dynamics 365", "microsoft365": "Microsoft 365",
	"office365": "Microsoft 365", "yammer": "Yammer", "vpp": "VPP", "windows": "Windows", "android": "Android", "apple": "Apple",
}

// joined are pairs of words that splitting takes apart wrongly.
var joined = strings.NewReplacer("o auth2", "OAuth2", "open ID", "OpenID", "Io t", "IoT", "e sim", "eSIM",
	"git hub", "GitHub", "share point", "SharePoint", "one drive", "OneDrive", "power BI", "Power BI",
	"power apps", "Power Apps", "hyper v", "Hyper-V", "cloud PC", "Cloud PC", "bit locker", "BitLocker", "file vault", "FileVault", "D do s", "DDoS")

// Split breaks an identifier into words: at changes of casing, and at dots,
// dashes, underscores and blanks. A run of capitals is one word, save that its
// last letter begins the next word: "publicIPAddresses" has three.
func Split(identifier string) []string {
	var out []string
	runes := []rune(identifier)
	start := 0
	flush := func(end int) {
		if end > start {
			out = append(out, string(runes[start:end]))
		}
		start = end
	}
	for i, r := range runes {
		switch {
		case r == '.' || r == '-' || r == '_' || unicode.IsSpace(r):
			flush(i)
			start = i + 1
		case i == start || !unicode.IsUpper(r):
		case !unicode.IsUpper(runes[i-1]):
			flush(i)
		case i+1 < len(runes) && unicode.IsLower(runes[i+1]) && !plural(runes[i+1:]):
			flush(i)
		}
	}
	flush(len(runes))
	return out
}

// plural reports whether rest is just the s of an acronym's plural, as in "IPs".
func plural(rest []rune) bool {
	return rest[0] == 's' && (len(rest) == 1 || unicode.IsUpper(rest[1]))
}

// Phrase is the identifier in lower-case words, acronyms and product names in
// their usual spelling: "virtual machine scale sets", "public IP addresses".
func Phrase(identifier string) string {
	parts := Split(identifier)
	for i, p := range parts {
		low := strings.ToLower(p)
		switch known, ok := names[low]; {
		case ok:
			parts[i] = known
		case !acronym(p):
			parts[i] = low
		}
	}
	return joined.Replace(strings.Join(parts, " "))
}

// acronym reports whether p is written in capitals, a plural s aside.
func acronym(p string) bool {
	p = strings.TrimSuffix(p, "s")
	return len(p) > 1 && p == strings.ToUpper(p) && strings.ContainsFunc(p, unicode.IsLetter)
}

// Sentence is Phrase with a capital at its beginning.
func Sentence(identifier string) string { return Capital(Phrase(identifier)) }

// Capital returns text with its first letter in upper case. Names that begin
// with a small letter on purpose, such as eSIM, keep it.
func Capital(text string) string {
	first, _, _ := strings.Cut(text, " ")
	if known, ok := names[strings.ToLower(first)]; ok && known == first {
		return text
	}
	r, n := utf8.DecodeRuneInString(text)
	if n == 0 {
		return ""
	}
	return string(unicode.ToUpper(r)) + text[n:]
}
