/** `--watch-rules`: notices that files have changed. By looking at them: editors, package managers and Kubernetes all replace files in ways of their own. */
import { statSync } from 'node:fs'

export interface WatchedFiles {
  readonly look: () => void
}

/**
 * `list` gives the paths as they are now. `onChange` is called by the second look at which a change stands still, so that nobody
 * reads what is half written. Files that cannot be looked at count as gone.
 */
export function watchFiles(list: () => readonly string[], onChange: () => void): WatchedFiles {
  let known = stateOf(list)
  let before = known

  function look(): void {
    const now = stateOf(list)
    const stands = now === before
    before = now
    if (now === known || !stands) return
    known = now
    onChange()
  }

  return Object.freeze({ look })
}

function stateOf(list: () => readonly string[]): string {
  try {
    return list().map(fileState).join('\n')
  } catch {
    return ''
  }
}

function fileState(path: string): string {
  const status = statSync(path, { throwIfNoEntry: false })
  return status === undefined ? path : [path, status.dev, status.ino, status.size, status.mtimeMs].join(' ')
}
