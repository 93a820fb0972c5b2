// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package wire

import "encoding/json"

// BatchMax is how many requests one batch may hold.
//
// Source: https://learn.microsoft.com/graph/json-batching
const BatchMax = 20

// BatchRequest is several requests to Microsoft Graph in one.
//
// Source: https://learn.microsoft.com/graph/json-batching
type BatchRequest struct {
	Requests List[BatchItem] `json:"requests"`
}

// BatchItem is one request of a batch.
type BatchItem struct {
	ID        string            `json:"id"`
	Method    string            `json:"method"`
	URL       string            `json:"url"` // below the version, such as /users/x
	Headers   map[string]string `json:"headers,omitempty"`
	Body      json.RawMessage   `json:"body,omitempty"`
	DependsOn []string          `json:"dependsOn,omitempty"`
}

// BatchResponse is the answers to the requests of a batch, in any order.
type BatchResponse struct {
	Responses List[BatchAnswer] `json:"responses"`
}

// BatchAnswer is the answer to one request of a batch.
type BatchAnswer struct {
	ID      string            `json:"id"`
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers,omitempty"`
	Body    json.RawMessage   `json:"body,omitempty"`
}
