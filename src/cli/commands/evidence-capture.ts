import { MEMORY_KINDS, type MemoryKind } from '../../findings/evidence.ts'
import { parseBytes, parseDurationMs } from '../../lib/quantity.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { amount, flag, optionalAmount, text, UsageError } from '../option.ts'
import { createShareBar, STATE_OPTION } from '../store-options.ts'

const FREEZE_MS = 60_000
const TIMEOUT_MS = 300_000
const MAX_BYTES = 4 * 2 ** 30
const LEAST_BYTES = 2 ** 20

export const evidenceCapture = defineCommand({
  name: 'evidence capture',
  summary: 'Collect evidence of a process or container into a sealed archive.',
  doc: 'Writes one .tar.zst with what the kernel says of the processes: the tree, open files and sockets, maps, environment and arguments (with secrets masked), programs byte for byte even when they are deleted or only in memory, memory that can be run and is no file’s, what changed in a container’s file system, kernel modules and BPF programs. Each file is hashed, the hashes are chained, and the manifest is signed with the key of this host. A process that ends meanwhile leaves its part of the evidence out, and the manifest says so. Needs root.',
  arguments: {},
  options: {
    pid: amount('PID', 'The process.', 'the id of a process', pidOf),
    container: text('ID', 'All processes of that container.'),
    tree: flag('With --pid: all that descend from it, too.'),
    memory: amount(
      'KINDS',
      `More memory: ${MEMORY_KINDS.join(', ')}; several with commas. It holds secrets as they are.`,
      `some of ${MEMORY_KINDS.join(',')}`,
      kindsOf,
    ),
    freeze: optionalAmount('TIME', 'The target stands still while it is read, for so long at most. Without TIME: 60s.', {
      expected: 'a time such as 30s',
      read: parseDurationMs,
      preset: FREEZE_MS,
    }),
    leaveFrozen: flag('With --freeze: it stays frozen when all is read.'),
    packets: amount('TIME', 'Take packets of its network namespace for so long first.', 'a time of at most 60s', packetsOf),
    maxSize: amount('BYTES', 'The most that all files may have before they are compressed. Default: 4GiB.', 'an amount from 1MiB', sizeOf),
    timeout: amount('TIME', 'What there is by then is sealed. Default: 5m.', 'a time such as 60s', parseDurationMs),
    tsa: text('URL', 'Ask that time stamping authority (RFC 3161) for a stamp on the signature.'),
    out: text('DIR', 'Where the archive goes. Default: evidence/ in the state.'),
    state: STATE_OPTION,
  },
  examples: [
    { line: 'evidence capture --pid 4711 --tree --freeze', doc: 'A process and its descendants, which stand still meanwhile.' },
    {
      line: 'evidence capture --container 3f2a9c1b7d4e --memory heap,stack --out /mnt/case-17',
      doc: 'All of a container, with more of its memory.',
    },
    { line: 'evidence capture --pid 4711 --json', doc: '{"path","bytes","sha256","keyId","manifest"}.' },
  ],
  exits: ['ok'],
  run: async (given, context) => {
    const { pid, container, tree, memory = [], freeze, leaveFrozen, packets = 0, maxSize = MAX_BYTES, timeout = TIMEOUT_MS, json } = given
    if ((pid === undefined) === (container === undefined))
      throw new UsageError('name a process with --pid, or a container with --container')
    if (tree && pid === undefined) throw new UsageError('--tree goes with --pid')
    if (leaveFrozen && freeze === undefined) throw new UsageError('--leave-frozen goes with --freeze')
    const bar = createShareBar(context)
    const report = await context.evidence
      .capture({
        ...{ pid, container, tree, memory, freezeMs: freeze, leaveFrozen, packetsMs: packets, maxBytes: maxSize, timeoutMs: timeout },
        ...{ state: given.state, folder: given.out, tsa: given.tsa },
        onProgress: ({ index, count }) => bar.draw(index / count),
      })
      .finally(bar.end)
    const { captureText } = await import('../evidence-text.ts')
    const { safeJson } = await import('../../lib/escape.ts')
    context.stdout.write(json ? `${safeJson(report)}\n` : captureText(report))
    return EXIT.ok
  },
})

function pidOf(given: string): number | undefined {
  return /^[1-9]\d{0,9}$/.test(given) ? Number(given) : undefined
}

function kindsOf(given: string): readonly MemoryKind[] | undefined {
  const kinds = given.split(',').map((word) => MEMORY_KINDS.find((kind) => kind === word.trim()))
  return kinds.every((kind) => kind !== undefined) ? kinds : undefined
}

function packetsOf(given: string): number | undefined {
  const ms = parseDurationMs(given)
  return ms !== undefined && ms > 0 && ms <= 60_000 ? ms : undefined
}

function sizeOf(given: string): number | undefined {
  const bytes = parseBytes(given)
  return bytes !== undefined && bytes >= LEAST_BYTES ? bytes : undefined
}
