/** Who may come in. */
export const ACCESS_TABLES = `
CREATE TABLE users (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  display_name TEXT NOT NULL,
  role TEXT NOT NULL,
  disabled INTEGER NOT NULL,
  origin TEXT NOT NULL,
  subject TEXT,
  created_ns INTEGER NOT NULL,
  last_login_ns INTEGER,
  password_hash TEXT,
  UNIQUE (origin, subject)
) STRICT;

CREATE TABLE sessions (
  token_hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
  csrf_token TEXT NOT NULL,
  created_ns INTEGER NOT NULL,
  expires_ns INTEGER NOT NULL,
  last_seen_ns INTEGER NOT NULL,
  address TEXT NOT NULL,
  user_agent TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE api_tokens (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  created_ns INTEGER NOT NULL,
  expires_ns INTEGER NOT NULL,
  last_used_ns INTEGER
) STRICT;
CREATE INDEX api_tokens_by_user ON api_tokens (user_id);

CREATE TABLE one_time (
  hash TEXT NOT NULL,
  purpose TEXT NOT NULL,
  expires_ns INTEGER NOT NULL,
  PRIMARY KEY (purpose, hash)
) STRICT, WITHOUT ROWID;
`
