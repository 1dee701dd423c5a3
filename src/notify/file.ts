import { accessSync, constants, existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { AppError } from '../lib/app-error.ts'
import { createFileSink } from '../lib/file-sink.ts'
import type { Log } from '../lib/log.ts'
import { renderer } from './formats/formats.ts'
import { defineOutput } from './output.ts'
import { bytesSetting, countSetting, formatSetting } from './settings.ts'

/** Wait before the next try after a failed write. */
const RETRY_MS = 1000

/** Findings in a file that rotates by size. */
export const file = defineOutput({
  name: 'file',
  schemes: ['file'],
  doc: 'Appends findings to a file, which only its owner may read. Rotates by size; SIGHUP opens the path anew. When the disk is full, findings wait in memory, then are counted as lost, and writing goes on as soon as there is room.',
  schema: z.strictObject({
    path: z.string({ error: 'a path must follow file:' }).describe('The file. Its folder must exist.'),
    format: formatSetting,
    maxBytes: bytesSetting('Rotates before the file grows beyond this; 0 never.', '100MiB'),
    keep: countSetting('Rotated files that stay: path.1 is the youngest.', 5, 1000),
    maxQueued: bytesSetting('Memory for findings that cannot be written at the moment.', '16MiB'),
  }),
  examples: [
    {
      spec: 'file:/var/log/tarsier.json',
      doc: 'JSON lines, at most 6 files of 100 MiB.',
      config: { path: '/var/log/tarsier.json', format: 'json', maxBytes: 104_857_600, keep: 5, maxQueued: 16_777_216 },
    },
    {
      spec: 'file:findings.txt?format=text&maxBytes=1MiB&keep=2',
      doc: 'Text, at most 3 files of 1 MiB, in the working directory.',
      config: { path: 'findings.txt', format: 'text', maxBytes: 1_048_576, keep: 2, maxQueued: 16_777_216 },
    },
    {
      spec: 'file:/var/log/tarsier-ocsf.json?format=ocsf',
      doc: 'Events of OCSF, one a line, for a security lake.',
      config: { path: '/var/log/tarsier-ocsf.json', format: 'ocsf', maxBytes: 104_857_600, keep: 5, maxQueued: 16_777_216 },
    },
  ],
  settingsOf: (spec) => ({ path: spec.host === undefined ? spec.path : `${spec.host}${spec.path ?? ''}` }),
  open: ({ path, format, maxBytes, keep, maxQueued }, { log }) => {
    const target = resolve(path)
    requireWritable(target)
    const sink = createFileSink({
      target,
      maxBytes,
      keep,
      maxQueuedBytes: maxQueued,
      retryMs: RETRY_MS,
      onChange: reportChange(log, target),
    })
    const render = renderer(format, 'full')
    return {
      write: (finding) => sink.write(`${render(finding)}\n`),
      stats: sink.stats,
      room: sink.room,
      reopen: sink.reopen,
      close: sink.close,
    }
  },
})

/** So that a wrong path is said at start, not with the first finding. Throws AppError OUTPUT_UNWRITABLE. */
function requireWritable(path: string): void {
  try {
    if (existsSync(path)) accessSync(path, constants.W_OK)
    else accessSync(dirname(path), constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new AppError('OUTPUT_UNWRITABLE', { path, reason: (error as Error).message }, { cause: error })
  }
}

function reportChange(log: Log, path: string) {
  return (error: NodeJS.ErrnoException | undefined) => {
    if (error) log.error('cannot write findings to a file; they wait in memory', { path, reason: error.message })
    else log.info('findings are written to the file again', { path })
  }
}
