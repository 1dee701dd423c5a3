/** Passes on what a server says, but not again what the one before it said that failed to start. */

export interface Echo {
  /** For the lines, without their ends, of a server that is started now. */
  readonly begin: () => (line: string) => void
  /** The server did its work for a while: the next one may say all of it again. */
  readonly forget: () => void
}

/** So many different lines are remembered of a server, and so much of each. */
const MAX_LINES = 100
const MAX_KEY = 500

/** `print` takes whole lines. */
export function createEcho(print: (lines: string) => void): Echo {
  let said = new Set<string>()
  return Object.freeze({
    begin: () => {
      const before = said
      const mine = new Set<string>()
      said = mine
      return (line: string) => {
        const key = line.slice(0, MAX_KEY)
        if (mine.size < MAX_LINES) mine.add(key)
        if (!before.has(key)) print(`${line}\n`)
      }
    },
    forget: () => {
      said = new Set()
    },
  })
}
