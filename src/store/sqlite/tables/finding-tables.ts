/**
 * Findings, and incidents that they belong to. What people filter and count by (rule, priority, host, container, tags, techniques) stands
 * once per combination, in finding_groups: counting all findings by all of it is one pass over a narrow index.
 */
export const FINDING_TABLES = `
CREATE TABLE positions (
  stream TEXT NOT NULL,
  spool TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (stream, spool)
) STRICT, WITHOUT ROWID;

CREATE TABLE finding_groups (
  group_id INTEGER PRIMARY KEY,
  rule TEXT NOT NULL,
  priority TEXT NOT NULL,
  hostname TEXT NOT NULL,
  container_id TEXT NOT NULL, -- '' on the host
  tags TEXT NOT NULL,         -- JSON list
  techniques TEXT NOT NULL,   -- JSON list
  UNIQUE (rule, priority, hostname, container_id, tags, techniques)
) STRICT;

CREATE TABLE findings (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  time_ns INTEGER NOT NULL,
  group_id INTEGER NOT NULL REFERENCES finding_groups,
  severity INTEGER NOT NULL, -- of the priority: 0 is emergency
  incident_id TEXT,
  process_key TEXT,
  excepted INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL,
  document TEXT NOT NULL -- the finding as JSON
) STRICT;
CREATE INDEX findings_by_time ON findings (time_ns, number, group_id, severity, bytes);
CREATE INDEX findings_by_group ON findings (group_id, time_ns, number, severity);
CREATE INDEX findings_by_incident ON findings (incident_id, time_ns, number, group_id, severity) WHERE incident_id IS NOT NULL;
CREATE INDEX findings_by_process ON findings (process_key, group_id, time_ns) WHERE process_key IS NOT NULL;

CREATE TABLE finding_texts (
  number INTEGER PRIMARY KEY REFERENCES findings ON DELETE CASCADE,
  text TEXT NOT NULL
) STRICT;

CREATE TABLE incidents (
  id TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  assignee TEXT,
  hostname TEXT NOT NULL,
  risk REAL NOT NULL,
  first_ns INTEGER NOT NULL,
  last_ns INTEGER NOT NULL,
  text TEXT NOT NULL,
  document TEXT NOT NULL -- the incident as JSON; state and assignee as above
) STRICT;
CREATE INDEX incidents_by_risk ON incidents (risk, last_ns, id);
CREATE INDEX incidents_by_time ON incidents (last_ns, id);

CREATE TABLE incident_keys (
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  incident_id TEXT NOT NULL REFERENCES incidents ON DELETE CASCADE,
  PRIMARY KEY (kind, value, incident_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_keys_by_incident ON incident_keys (incident_id);

CREATE TABLE incident_notes (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  incident_id TEXT NOT NULL REFERENCES incidents ON DELETE CASCADE,
  document TEXT NOT NULL
) STRICT;
CREATE INDEX incident_notes_by_incident ON incident_notes (incident_id, number);
`
