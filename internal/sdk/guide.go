// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package sdk

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"os"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/authorization/armauthorization/v2"
)

// RoleDefinitions is a client of Azure RBAC that works on an emulator: ready is the line
// that the emulator prints, clientID and secret are those of its directory file.
func RoleDefinitions(ready []byte, clientID, secret string) (*armauthorization.RoleDefinitionsClient, error) {
	var emulator struct {
		ResourceManager string `json:"resource_manager"`
		Authority       string `json:"authority"`
		TenantID        string `json:"tenant_id"`
		CAFile          string `json:"ca_file"`
	}
	if err := json.Unmarshal(ready, &emulator); err != nil {
		return nil, err
	}

	// Where the services are, and whom to trust. With SSL_CERT_FILE there is no need of
	// a transport of one's own.
	authority, err := os.ReadFile(emulator.CAFile)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	client := policy.ClientOptions{
		Cloud: cloud.Configuration{
			ActiveDirectoryAuthorityHost: emulator.Authority,
			Services: map[cloud.ServiceName]cloud.ServiceConfiguration{
				cloud.ResourceManager: {Endpoint: emulator.ResourceManager, Audience: "https://management.core.windows.net/"},
			},
		},
		Transport: &http.Client{Transport: &http.Transport{
			TLSClientConfig:   &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
			ForceAttemptHTTP2: true, // as the SDK's own transport: some of its URLs are fit for HTTP/2 only
		}},
	}

	credential, err := azidentity.NewClientSecretCredential(emulator.TenantID, clientID, secret, &azidentity.ClientSecretCredentialOptions{
		ClientOptions:            client,
		DisableInstanceDiscovery: true, // else Microsoft's sign-in service is asked about this one
	})
	if err != nil {
		return nil, err
	}
	return armauthorization.NewRoleDefinitionsClient(credential, &arm.ClientOptions{ClientOptions: client, DisableRPRegistration: true})
}
