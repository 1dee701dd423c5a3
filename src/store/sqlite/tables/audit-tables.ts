/**
 * What people did. The columns follow from the document, which the hashes cover: neither can say something else. Triggers refuse what no
 * code of ours does; whoever can write the file can take them away, and is found by the hashes.
 */
export const AUDIT_TABLES = `
CREATE TABLE audit (
  number INTEGER PRIMARY KEY,
  document TEXT NOT NULL,
  user_id TEXT GENERATED ALWAYS AS (document ->> '$.userId') VIRTUAL,
  action TEXT GENERATED ALWAYS AS (document ->> '$.action') VIRTUAL
) STRICT;
CREATE INDEX audit_by_user ON audit (user_id, number);
CREATE INDEX audit_by_action ON audit (action, number);

-- The last entry that is no longer there: its hash is where the chain of the others begins.
CREATE TABLE audit_anchor (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  number INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT;

CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'entries of the audit log are never changed'); END;
CREATE TRIGGER audit_goes_from_its_beginning BEFORE DELETE ON audit
WHEN OLD.number > ifnull((SELECT number FROM audit_anchor), 0)
BEGIN SELECT RAISE(ABORT, 'entries of the audit log go from the first on, after the anchor'); END;
`
