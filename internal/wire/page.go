// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package wire

// Page is one page of a list of Azure Resource Manager.
type Page[T any] struct {
	Value    List[T] `json:"value"`
	NextLink string  `json:"nextLink,omitempty"` // an absolute URL, to be followed as it is
}

// Collection is one page of a list of Microsoft Graph.
type Collection[T any] struct {
	Context  string  `json:"@odata.context,omitempty"`
	Count    *int    `json:"@odata.count,omitempty"`
	NextLink string  `json:"@odata.nextLink,omitempty"` // an absolute URL, to be followed as it is
	Value    List[T] `json:"value"`
}
