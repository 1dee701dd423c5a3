/** Processes: one row for each, and one for each state that it was in. */
export const PROCESS_TABLES = `
CREATE TABLE process_states (
  number INTEGER PRIMARY KEY,
  hostname TEXT NOT NULL,
  id TEXT NOT NULL,
  process_key TEXT NOT NULL,
  state INTEGER NOT NULL, -- the number at the end of its id
  bytes INTEGER NOT NULL,
  document TEXT NOT NULL,
  UNIQUE (hostname, id)
) STRICT;
CREATE INDEX process_states_by_process ON process_states (hostname, process_key, state);

CREATE TABLE processes (
  number INTEGER PRIMARY KEY,
  hostname TEXT NOT NULL,
  process_key TEXT NOT NULL,
  parent_key TEXT,
  pid INTEGER NOT NULL,
  container_id TEXT,
  started_ns INTEGER NOT NULL,
  exit_ns INTEGER,
  state INTEGER NOT NULL,        -- the latest
  state_number INTEGER NOT NULL, -- of its row in process_states
  text TEXT NOT NULL,
  UNIQUE (hostname, process_key)
) STRICT;
CREATE INDEX processes_by_start ON processes (started_ns, number);
CREATE INDEX processes_by_host ON processes (hostname, started_ns, number);
CREATE INDEX processes_by_parent ON processes (hostname, parent_key, started_ns) WHERE parent_key IS NOT NULL;
CREATE INDEX processes_by_container ON processes (container_id, started_ns, number) WHERE container_id IS NOT NULL;
CREATE INDEX processes_alive ON processes (hostname, pid) WHERE exit_ns IS NULL;
CREATE INDEX processes_ended ON processes (exit_ns) WHERE exit_ns IS NOT NULL;

-- One row: what the documents above come to, since to add them up takes long.
CREATE TABLE process_bytes (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  bytes INTEGER NOT NULL
) STRICT;
INSERT INTO process_bytes VALUES (1, 0);
CREATE TRIGGER process_bytes_more AFTER INSERT ON process_states
BEGIN UPDATE process_bytes SET bytes = bytes + NEW.bytes; END;
CREATE TRIGGER process_bytes_less AFTER DELETE ON process_states
BEGIN UPDATE process_bytes SET bytes = bytes - OLD.bytes; END;
`
