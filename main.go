// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

// Command terraform-provider-rbac is the Terraform provider for custom roles,
// role assignments and scope tags of Azure RBAC, Microsoft Entra ID and Intune.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/rolewright/terraform-provider-rbac/internal/emulator/command"
	"github.com/rolewright/terraform-provider-rbac/internal/provider"
)

// version is set at link time: -ldflags "-X main.version=0.1.0".
var version = "dev"

func main() {
	if len(os.Args) > 1 && os.Args[1] == "emulator" {
		os.Exit(command.Main(os.Args[2:]))
	}
	debug := flag.Bool("debug", false, "serve for a debugger such as delve, and print how Terraform reaches it")
	printVersion := flag.Bool("version", false, "print the version and end")
	flag.Usage = usage
	flag.Parse()
	switch {
	case *printVersion:
		fmt.Println("terraform-provider-rbac", version)
		return
	case flag.NArg() > 0:
		fmt.Fprintf(os.Stderr, "%q is no argument of this program.\n", flag.Arg(0))
		usage()
		os.Exit(2)
	}

	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: "registry.terraform.io/rolewright/rbac",
		Debug:   *debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}

func usage() {
	fmt.Fprintln(os.Stderr, "Terraform starts this program; it is of no use by hand. A configuration asks for it with\nsource = \"rolewright/rbac\" in required_providers. By hand there is \"emulator\", which serves\na tenant to other clients of Microsoft's (see emulator -h). Flags, for its developers:")
	flag.PrintDefaults()
}
