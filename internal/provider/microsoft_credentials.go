// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"encoding/base64"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/rolewright/terraform-provider-rbac/internal/backend/microsoft"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
)

// ways are the settings each of which chooses a way to sign in, in the order in
// which azurerm and azuread look for them.
func ways() []string {
	return []string{setCertificate, setCertificateFile, setSecret, setSecretFile, setOIDC, setAKS, setMSI, setCLI}
}

// way is the setting that chooses how to sign in; "" with a report where there
// is none, or more than one in the block.
func (m signIn) way() string {
	var configured []string
	off := map[string]bool{}
	for _, name := range ways() {
		v, isFlag := m.block.Attributes()[name].(types.Bool)
		off[name] = isFlag && !v.IsNull() && !v.ValueBool()
		if v.ValueBool() || stringAt(m.block, name) != "" {
			configured = append(configured, name)
		}
	}
	if len(configured) > 0 {
		for _, name := range configured[1:] {
			m.wrong(name, "Two credentials", "`"+configured[0]+"` and `"+name+"` are both set, and one credential signs in. Remove one of them.")
		}
		return configured[0]
	}
	before := *m.mistakes
	for _, arm := range []bool{true, false} {
		for _, name := range ways() {
			if !off[name] && m.inEnvironment(settingOf(name), arm) {
				return name
			}
		}
	}
	if os.Getenv(variableFederatedFile) != "" && !off[setAKS] {
		return setAKS
	}
	if *m.mistakes == before {
		var variables []string
		for _, name := range ways() {
			variables = append(variables, settingOf(name).variables[0])
		}
		m.wrong("", "No credential", "There is nothing to sign in with. Set one of `"+strings.Join(ways(), "`, `")+"` in the block `microsoft`, or one of the environment variables "+
			strings.Join(variables, ", ")+".")
	}
	return ""
}

// inEnvironment reports whether a variable chooses a way to sign in. One that
// should be true or false and is neither is a mistake.
func (m signIn) inEnvironment(s setting, arm bool) bool {
	for _, variable := range s.variables {
		value := os.Getenv(variable)
		if value == "" || isARM(variable) != arm {
			continue
		}
		if s.kind != flag {
			return true
		}
		yes, err := strconv.ParseBool(value)
		if err != nil {
			m.wrong(s.name, "Invalid environment variable", "The environment variable "+variable+` is neither "true" nor "false".`)
		}
		if yes {
			return true
		}
	}
	return false
}

// credentials has what the chosen way to sign in needs, and nothing else.
func (m signIn) credentials() microsoft.Credentials {
	var k microsoft.Credentials
	switch m.way() {
	case setCertificate, setCertificateFile:
		m.certificate(&k)
		m.client(&k, "A certificate is set", true)
	case setSecret, setSecretFile:
		name, value := m.first(setSecret, setSecretFile)
		if name == setSecret {
			k.ClientSecret = value
		} else {
			k.ClientSecretFile = m.file(name, value)
		}
		m.client(&k, "A client secret is set", true)
	case setOIDC:
		k.UseOIDC = true
		m.federated(&k)
		m.client(&k, "A federated token is to be used", true)
	case setAKS:
		k.UseAKSWorkloadIdentity = true
		if file := os.Getenv(variableFederatedFile); file == "" {
			m.wrong(setAKS, "No workload identity", "A workload identity of AKS is to be used, but the environment variable "+variableFederatedFile+" is not set. AKS sets it in pods whose service account has one.")
		} else {
			m.file(setAKS, file)
		}
		m.client(&k, "A workload identity is to be used", true)
	case setMSI:
		k.UseMSI, k.MSIEndpoint = true, m.text(setMSIEndpoint)
		if u, err := url.Parse(k.MSIEndpoint); k.MSIEndpoint != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
			m.wrong(setMSIEndpoint, "Invalid endpoint", "The endpoint of the managed identity is no absolute URL such as \"http://169.254.169.254/metadata/identity/oauth2/token\".")
		}
		m.client(&k, "A managed identity is to be used", false)
	case setCLI:
		k.UseCLI = true
	}
	return k
}

// client reads whose credential it is.
func (m signIn) client(k *microsoft.Credentials, what string, needed bool) {
	name, value := m.first(setClient, setClientFile)
	switch {
	case name == "" && needed:
		m.wrong(setClient, "No client ID", what+", but not whose it is. "+advice(setClient, setClientFile))
	case name == setClientFile:
		k.ClientIDFile = m.file(name, value)
	case name == setClient:
		if err := framework.CheckGUID("A client ID")(value); err != nil {
			m.wrong(setClient, "Invalid client ID", err.Error())
		}
		k.ClientID = value
	}
}

func (m signIn) certificate(k *microsoft.Credentials) {
	name, value := m.first(setCertificate, setCertificateFile)
	if name == setCertificateFile {
		k.CertificateFile = m.file(name, value)
	} else {
		if _, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(value), "")); err != nil {
			m.wrong(name, "Invalid certificate", "The certificate is not written in base64. Encode the PKCS#12 or PEM file, or name the file in `"+setCertificateFile+"`.")
		}
		k.Certificate = value
	}
	k.CertificatePassword = m.text(setCertificatePass)
}

// federated reads where the federated token comes from: the first of what the
// block has counts, then of the environment.
func (m signIn) federated(k *microsoft.Credentials) {
	name, value := m.first(setOIDCToken, setOIDCTokenFile, setConnection, setOIDCURL)
	switch name {
	case "":
		m.wrong(setOIDC, "No federated token", "A federated token is to be used, but there is none, nor anybody to ask for it. "+advice(setOIDCToken, setOIDCTokenFile, setOIDCURL)+
			" In GitHub Actions, the job needs the permission \"id-token: write\".")
	case setOIDCToken:
		k.OIDCToken = value
	case setOIDCTokenFile:
		k.OIDCTokenFile = m.file(name, value)
	default:
		k.ServiceConnectionID, k.OIDCRequestURL, k.OIDCRequestToken = m.text(setConnection), m.text(setOIDCURL), m.text(setOIDCRequest)
		if k.OIDCRequestURL == "" {
			m.wrong(setOIDCURL, "No federated token", "A service connection is set, but not where to ask for its token. "+advice(setOIDCURL))
		}
		if k.OIDCRequestToken == "" {
			m.wrong(setOIDCRequest, "No federated token", "It is set where to ask for a federated token, but not with what. "+advice(setOIDCRequest)+
				" In Azure Pipelines, map SYSTEM_ACCESSTOKEN to $(System.AccessToken) in the step's env.")
		}
		if k.ServiceConnectionID == "" && k.OIDCRequestURL == os.Getenv("SYSTEM_OIDCREQUESTURI") {
			m.wrong(setConnection, "No federated token", "Azure Pipelines gives tokens of a service connection, and none is named. "+advice(setConnection))
		}
	}
}

// file reports a file that can't be read. Paths are not shown: one that is
// wrong may be the secret itself.
func (m signIn) file(name, file string) string {
	info, err := os.Stat(file)
	if err == nil && info.IsDir() {
		err = errors.New("it is a folder")
	}
	if err == nil {
		var f *os.File
		if f, err = os.Open(file); err == nil { //nolint:gosec // whoever configures the provider names the file
			_ = f.Close()
		}
	}
	if err != nil {
		why := err.Error()
		var at *fs.PathError
		if errors.As(err, &at) {
			why = at.Err.Error()
		}
		m.wrong(name, "Invalid credential file", "The file that `"+name+"` names can't be read: "+why+". Correct the path, or create the file.")
	}
	return file
}

func isARM(variable string) bool { return strings.HasPrefix(variable, "ARM_") }

// logSubsystem is the name under which requests stand in Terraform's log.
const logSubsystem = "microsoft"

// requestLog writes what the client of the services tells to Terraform's log,
// at level debug. The client names no secret; if one got there by way of an
// address or a message of a service, it is blotted out.
func requestLog(k microsoft.Credentials) func(context.Context, string, map[string]any) {
	secrets := slices.DeleteFunc([]string{k.ClientSecret, k.Certificate, k.CertificatePassword, k.OIDCToken, k.OIDCRequestToken}, func(s string) bool { return s == "" })
	return func(ctx context.Context, message string, fields map[string]any) {
		ctx = tflog.NewSubsystem(ctx, logSubsystem)
		ctx = tflog.SubsystemMaskAllFieldValuesStrings(ctx, logSubsystem, secrets...)
		ctx = tflog.SubsystemMaskMessageStrings(ctx, logSubsystem, secrets...)
		tflog.SubsystemDebug(ctx, logSubsystem, message, fields)
	}
}
