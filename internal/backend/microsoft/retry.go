// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import "github.com/hashicorp/go-retryablehttp"

// newRetrying returns the client that decides whether and when to send again.
func newRetrying() *retryablehttp.Client { return retryablehttp.NewClient() }
