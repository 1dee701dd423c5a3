/** Connections for readers: a query on each at a time, further ones wait. */
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'

const MOST_READERS = 4

export interface ConnectionPool {
  readonly use: <Result>(work: (connection: DuckDBConnection) => Promise<Result>) => Promise<Result>
  /** Ends what is asked at the time: those who wait for an answer get an error. No `use` after it. */
  readonly close: () => Promise<void>
}

export function createConnectionPool(instance: DuckDBInstance): ConnectionPool {
  const idle: DuckDBConnection[] = []
  const waiting: ((connection: DuckDBConnection) => void)[] = []
  const busy = new Set<Promise<unknown>>()
  const lent = new Set<DuckDBConnection>()
  let made = 0

  function take(): Promise<DuckDBConnection> {
    const connection = idle.pop()
    if (connection !== undefined) return Promise.resolve(connection)
    if (made === MOST_READERS) return new Promise((resolve) => waiting.push(resolve))
    made++
    return instance.connect()
  }

  function giveBack(connection: DuckDBConnection): void {
    const next = waiting.shift()
    if (next !== undefined) next(connection)
    else idle.push(connection)
  }

  async function lend<Result>(work: (connection: DuckDBConnection) => Promise<Result>): Promise<Result> {
    const connection = await take()
    lent.add(connection)
    try {
      return await work(connection)
    } finally {
      lent.delete(connection)
      giveBack(connection)
    }
  }

  return {
    use: (work) => {
      const done = lend(work)
      busy.add(done)
      const forget = (): void => void busy.delete(done)
      done.then(forget, forget)
      return done
    },
    close: async () => {
      for (const connection of lent) connection.interrupt()
      while (busy.size > 0) await Promise.allSettled(busy)
      for (const connection of idle.splice(0)) connection.closeSync()
    },
  }
}
