// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package reference

// The header of a tenant file says whose it is and how it is laid out.
const (
	applicationID = 0x52574252 // "RWBR"
	schemaVersion = 1
)

// schema is the layout of version 1. Sets are JSON arrays of text.
const schema = `
CREATE TABLE azure_roles (
	id                TEXT NOT NULL COLLATE NOCASE PRIMARY KEY,
	name              TEXT NOT NULL COLLATE NOCASE UNIQUE,
	description       TEXT NOT NULL DEFAULT '',
	actions           TEXT NOT NULL DEFAULT '[]' CHECK (json_type(actions) = 'array'),
	not_actions       TEXT NOT NULL DEFAULT '[]' CHECK (json_type(not_actions) = 'array'),
	data_actions      TEXT NOT NULL DEFAULT '[]' CHECK (json_type(data_actions) = 'array'),
	not_data_actions  TEXT NOT NULL DEFAULT '[]' CHECK (json_type(not_data_actions) = 'array'),
	assignable_scopes TEXT NOT NULL DEFAULT '[]' CHECK (json_type(assignable_scopes) = 'array'),
	created_at        TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
	updated_at        TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
);

-- The id is the ARM ID under which the assignment was made.
CREATE TABLE azure_role_assignments (
	id                TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
	name              TEXT NOT NULL COLLATE NOCASE PRIMARY KEY,
	scope             TEXT NOT NULL COLLATE NOCASE,
	role_id           TEXT NOT NULL COLLATE NOCASE,
	principal_id      TEXT NOT NULL COLLATE NOCASE,
	principal_type    TEXT NOT NULL DEFAULT 'User',
	description       TEXT NOT NULL DEFAULT '',
	condition         TEXT NOT NULL DEFAULT '',
	condition_version TEXT NOT NULL DEFAULT '',
	delegated_managed_identity_resource_id TEXT NOT NULL DEFAULT '',
	created_at        TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
	updated_at        TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
	UNIQUE (scope, role_id, principal_id)
);
CREATE INDEX azure_role_assignments_role ON azure_role_assignments (role_id);
CREATE INDEX azure_role_assignments_principal ON azure_role_assignments (principal_id, role_id);

CREATE TABLE entra_roles (
	id          TEXT NOT NULL COLLATE NOCASE PRIMARY KEY,
	name        TEXT NOT NULL COLLATE NOCASE,
	description TEXT NOT NULL DEFAULT '',
	version     TEXT NOT NULL DEFAULT '',
	enabled     INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
	permissions TEXT NOT NULL DEFAULT '[]' CHECK (json_type(permissions) = 'array'),
	created_at  TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
	updated_at  TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
);
CREATE INDEX entra_roles_name ON entra_roles (name);

CREATE TABLE entra_role_assignments (
	id              TEXT NOT NULL PRIMARY KEY,
	role_id         TEXT NOT NULL COLLATE NOCASE,
	principal_id    TEXT NOT NULL COLLATE NOCASE,
	directory_scope TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
	app_scope       TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
	created_at      TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
	UNIQUE (role_id, principal_id, directory_scope, app_scope)
);
CREATE INDEX entra_role_assignments_principal ON entra_role_assignments (principal_id);

CREATE TABLE intune_roles (
	id          TEXT NOT NULL COLLATE NOCASE PRIMARY KEY,
	name        TEXT NOT NULL COLLATE NOCASE UNIQUE,
	description TEXT NOT NULL DEFAULT '',
	permissions TEXT NOT NULL DEFAULT '[]' CHECK (json_type(permissions) = 'array'),
	scope_tags  TEXT NOT NULL DEFAULT '["0"]' CHECK (json_type(scope_tags) = 'array'),
	created_at  TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
	updated_at  TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
);

CREATE TABLE intune_role_assignments (
	id           TEXT NOT NULL COLLATE NOCASE PRIMARY KEY,
	name         TEXT NOT NULL COLLATE NOCASE UNIQUE,
	description  TEXT NOT NULL DEFAULT '',
	role_id      TEXT NOT NULL COLLATE NOCASE,
	members      TEXT NOT NULL DEFAULT '[]' CHECK (json_type(members) = 'array'),
	scope_groups TEXT NOT NULL DEFAULT '[]' CHECK (json_type(scope_groups) = 'array'),
	all_users    INTEGER NOT NULL DEFAULT 0 CHECK (all_users IN (0, 1)),
	all_devices  INTEGER NOT NULL DEFAULT 0 CHECK (all_devices IN (0, 1)),
	scope_tags   TEXT NOT NULL DEFAULT '["0"]' CHECK (json_type(scope_tags) = 'array'),
	created_at   TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
	updated_at   TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
);
CREATE INDEX intune_role_assignments_role ON intune_role_assignments (role_id);

-- AUTOINCREMENT: the number of a tag that is gone is never given again.
CREATE TABLE intune_scope_tags (
	id          INTEGER PRIMARY KEY AUTOINCREMENT,
	name        TEXT NOT NULL COLLATE NOCASE UNIQUE,
	description TEXT NOT NULL DEFAULT '',
	groups      TEXT NOT NULL DEFAULT '[]' CHECK (json_type(groups) = 'array'),
	created_at  TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
	updated_at  TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
);
INSERT INTO intune_scope_tags (id, name, description) VALUES (0, 'Default', 'The tag of every object that has no other.');
`
