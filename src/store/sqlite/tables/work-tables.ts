/** Sensors, what people keep for themselves, settings, and what was done. */
export const WORK_TABLES = `
CREATE TABLE sensors (
  hostname TEXT PRIMARY KEY,
  time_ns INTEGER NOT NULL,
  document TEXT NOT NULL
) STRICT;

CREATE TABLE sensor_points (
  hostname TEXT NOT NULL,
  time_ns INTEGER NOT NULL,
  seconds REAL NOT NULL,
  kept REAL NOT NULL,
  filtered REAL NOT NULL,
  lost REAL NOT NULL,
  findings REAL NOT NULL,
  cpu_share REAL NOT NULL,
  resident_bytes REAL NOT NULL,
  PRIMARY KEY (hostname, time_ns)
) STRICT, WITHOUT ROWID;
CREATE INDEX sensor_points_by_time ON sensor_points (time_ns);

CREATE TABLE searches (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  shared INTEGER NOT NULL,
  created_ns INTEGER NOT NULL
) STRICT;
CREATE INDEX searches_by_user ON searches (user_id);

CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL -- JSON
) STRICT;

CREATE TABLE actions (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  time_ns INTEGER NOT NULL,
  hostname TEXT NOT NULL,
  incident_id TEXT,
  document TEXT NOT NULL
) STRICT;
CREATE INDEX actions_by_time ON actions (time_ns, number);
CREATE INDEX actions_by_incident ON actions (incident_id, time_ns, number) WHERE incident_id IS NOT NULL;
`
