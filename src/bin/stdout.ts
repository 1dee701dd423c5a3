/** Standard output as a sink of lines. */
import { fstatSync } from 'node:fs'
import { exitNow } from '../lib/exit-now.ts'
import { createFileSink } from '../lib/file-sink.ts'
import { createStreamSink, type LineSink } from '../lib/line-sink.ts'

const MAX_QUEUED_BYTES = 16 * 1024 * 1024

/** A file is written off the event loop and retried when the disk is full; a reader that went away ends the process quietly. */
export function openStdout(): LineSink {
  if (process.stdout.isTTY !== true && isFileOrDevice(1)) {
    return createFileSink({ target: 1, maxBytes: 0, keep: 0, maxQueuedBytes: MAX_QUEUED_BYTES, retryMs: 1000, onChange: reportChange })
  }
  return createStreamSink(process.stdout, { maxQueuedBytes: MAX_QUEUED_BYTES, onGone })
}

/** Node writes to a device that is no terminal as to a black hole: errors and all. */
function isFileOrDevice(descriptor: number): boolean {
  try {
    const status = fstatSync(descriptor)
    return status.isFile() || status.isCharacterDevice()
  } catch {
    return false // closed: writing will say so
  }
}

/** The reader (head, a closed terminal) has had enough: SIGTERM to ourselves takes the orderly way out, whatever runs. */
function onGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') process.stderr.write(`tarsier: error: cannot write to standard output: ${error.message}\n`)
  process.exitCode = error.code === 'EPIPE' ? 0 : 4
  if (process.listenerCount('SIGTERM') > 0) process.kill(process.pid, 'SIGTERM')
  else exitNow(Number(process.exitCode))
}

function reportChange(error: NodeJS.ErrnoException | undefined): void {
  process.stderr.write(
    error
      ? `tarsier: error: cannot write to standard output; lines wait in memory (${error.message})\n`
      : 'tarsier: standard output can be written again\n',
  )
}
