/** SIGINT and SIGTERM end a run in good order, a second one some time later at once; SIGHUP asks to open files and load rules anew. */
import { constants } from 'node:os'
import { exitNow } from '../lib/exit-now.ts'

export interface StopSignals {
  /** Resolves with the first signal that asks to stop. */
  readonly stopped: Promise<NodeJS.Signals>
  /** As if a signal had come: `record --seconds`. */
  readonly stop: () => void
  /** Takes the handlers away. */
  readonly close: () => void
}

const STOP: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM']
/** A signal to a whole group comes twice where a program in it (npm) passes it on, too. */
const SAME_MS = 500

/** Without `onReload`, and on a terminal (which says so that it is gone), SIGHUP is one more signal to stop. */
export function watchSignals(onReload?: () => void): StopSignals {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>()
  let askedMs: number | undefined
  const onStop = (signal: NodeJS.Signals): void => {
    if (askedMs !== undefined && performance.now() - askedMs > SAME_MS) exitNow(128 + constants.signals[signal])
    askedMs ??= performance.now()
    resolve(signal)
  }
  const onHangup = process.stdin.isTTY === true ? onStop : (onReload ?? onStop)
  for (const signal of STOP) process.on(signal, onStop)
  process.on('SIGHUP', onHangup)
  return Object.freeze({
    stopped: promise,
    stop: () => resolve('SIGTERM'),
    close: () => {
      for (const signal of STOP) process.off(signal, onStop)
      process.off('SIGHUP', onHangup)
    },
  })
}
