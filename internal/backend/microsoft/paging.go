// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import "context"

// pages reads a whole list of either service, page by page, from the first
// request on. Header of r are sent with each page.
func pages[T any](ctx context.Context, c *client, r request) ([]T, error) {
	return nil, nil
}
