// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

// Command terraform-provider-rbac is the Terraform provider for custom roles,
// role assignments and scope tags of Azure RBAC, Microsoft Entra ID and Intune.
package main

import (
	"context"
	"flag"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/rolewright/terraform-provider-rbac/internal/provider"
)

// version is set at link time: -ldflags "-X main.version=0.1.0".
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve for a debugger such as delve, and print how Terraform reaches it")
	flag.Parse()

	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: "registry.terraform.io/rolewright/rbac",
		Debug:   *debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}
