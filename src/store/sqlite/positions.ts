/** How far the streams of agents have been taken. */
import type { UpstreamStream } from '../../findings/upstream.ts'
import type { Database } from './database.ts'

export interface Positions {
  readonly of: (stream: UpstreamStream, spool: string) => number
  /** Never back. */
  readonly advance: (stream: UpstreamStream, spool: string, seq: number) => void
}

export function createPositions(database: Database): Positions {
  const find = database.prepare<{ seq: number }>('SELECT seq FROM positions WHERE stream = ? AND spool = ?')
  const advance = database.prepare(
    'INSERT INTO positions (stream, spool, seq) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET seq = max(seq, excluded.seq)',
  )
  return {
    of: (stream, spool) => find.get(stream, spool)?.seq ?? 0,
    advance: (stream, spool, seq) => void advance.run(stream, spool, seq),
  }
}
