import { formatBytes, formatCount } from '../../lib/quantity.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { amount, argument, flag, texts } from '../option.ts'
import { momentNs, STATE_OPTION, storeFolder } from '../store-options.ts'

const MOMENT = 'a time such as 2026-11-23T08:00:00Z, or 24h before now'

export const storeExport = defineCommand({
  name: 'store export',
  summary: 'Write events of history to a Parquet file.',
  doc: 'One row per event, the oldest first, compressed with zstd: time, host, kind, the fields that history keeps as columns (those of the process among them), and all others as JSON in the column "fields". Others read it, too: DuckDB, pandas, Spark. The server must not run.',
  arguments: { path: argument('FILE', 'The file to write.') },
  options: {
    state: STATE_OPTION,
    from: amount('TIME', 'Events from then on. Default: from the first.', MOMENT, momentNs),
    to: amount('TIME', 'Events before then. Default: up to the last.', MOMENT, momentNs),
    host: texts('NAME', 'Only events of this host. May be given several times.', 'repeat'),
    kind: texts('KIND', 'Only events of this kind, such as file.open. May be given several times.', 'repeat'),
    force: flag('Replace a file that is there.'),
  },
  examples: [
    { line: 'store export events.parquet', doc: 'All of history.' },
    { line: 'store export day.parquet --from 24h --kind process.exec', doc: 'The programs that were run in the last day.' },
  ],
  exits: ['ok', 'inputErrors'],
  run: async ({ path, state, from = 0, to = Number.MAX_VALUE, host, kind, force, json }, context) => {
    const settings = { path, fromNs: from, toNs: to, hostnames: host, kinds: kind, force }
    const { events, bytes } = await context.store.exportEvents(storeFolder(state), settings)
    const { escapeText, safeJson } = await import('../../lib/escape.ts')
    const text = `${escapeText(path)}: ${formatCount(events)} events, ${formatBytes(bytes)}\n`
    context.stdout.write(json ? `${safeJson({ path, events, bytes })}\n` : text)
    return EXIT.ok
  },
})
