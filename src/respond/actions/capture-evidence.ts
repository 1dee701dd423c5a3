/** Collects evidence of a process or container into a sealed archive, before anything else is done about it. */
import { join } from 'node:path'
import { z } from 'zod'
import { type EvidenceReport, MEMORY_KINDS } from '../../findings/evidence.ts'
import { type ActionContext, type Done, defineAction, type Verification } from '../action.ts'
import { asFailureOf } from '../action-failure.ts'
import { hostPublicKey } from '../evidence/archive/key.ts'
import { verifyBundle } from '../evidence/archive/verify.ts'
import { captureEvidence } from '../evidence/capture.ts'
import { EVIDENCE_SCOPES, evidenceTarget } from '../evidence/target.ts'
import { reachOfProcesses } from '../host/reach.ts'
import { shareOf } from '../kept-share.ts'
import type { ActionSubject } from '../subject.ts'

const NAME = 'capture-evidence'
const MIB = 2 ** 20
/** The responder gives an action two minutes; the bundle is sealed before. */
const MOST_MS = 100_000

const schema = z.object({
  scope: z
    .enum(EVIDENCE_SCOPES)
    .default('container')
    .describe('Of whom: the process alone, its tree, or all of its container. Default: container, and the tree where there is none.'),
  freeze: z
    .boolean()
    .default(true)
    .describe('They stand still while they are read. They go on afterwards, whatever happens. Default: true.'),
  memory: z
    .array(z.enum(MEMORY_KINDS))
    .max(MEMORY_KINDS.length)
    .default([])
    .describe('Kinds of memory to keep beside what can be run and is no file’s. It holds secrets as they are. Default: none.'),
  packetsMs: z
    .number()
    .int()
    .min(0)
    .max(30_000)
    .default(0)
    .describe('Packets of its network namespace are taken for so long first, in ms. Default: 0, none.'),
  maxBytes: z
    .number()
    .int()
    .min(MIB)
    .max(16 * 1024 * MIB)
    .default(1024 * MIB)
    .describe('The most that all files together may have, before they are compressed. Default: 1 GiB.'),
  timeoutMs: z.number().int().min(1000).max(MOST_MS).default(60_000).describe('What there is by then is sealed. Default: 60000.'),
})

type Config = z.infer<typeof schema>

export const captureEvidenceAction = defineAction({
  name: NAME,
  doc: 'Writes an archive of what the kernel says of the processes (files, sockets, maps, programs, memory that can be run, changed files of a container) and what the agent knew, with hashes, a signature and secrets masked, below evidence/ in the state.',
  needs: 'none',
  schema,
  examples: [
    { doc: 'All of the container, or the tree of the process, standing still meanwhile.', with: {} },
    { doc: 'The process alone with its heap; it goes on running.', with: { scope: 'process', freeze: false, memory: ['heap'] } },
  ],
  reach: (subject, config, context) =>
    asFailureOf(NAME, async () => reachOfProcesses(targetOf(subject, config, context).members(), containersOf(subject, config))),
  alone: (config) => ({ action: NAME, settings: { ...config, scope: 'process' } }),
  run: (subject, config, context) => asFailureOf(NAME, () => capture(subject, config, context)),
  verify: (_subject, _config, done, context) => asFailureOf(NAME, () => verify(done, context)),
  undo: undefined,
})

const targetOf = (subject: ActionSubject, { scope }: Config, context: ActionContext) => evidenceTarget(subject, scope, context)

const containersOf = ({ container }: ActionSubject, { scope }: Config): readonly string[] =>
  container === undefined || scope !== 'container' ? [] : [container.name ?? container.id]

async function capture(subject: ActionSubject, config: Config, context: ActionContext): Promise<Done> {
  const { freeze, memory, packetsMs, maxBytes, timeoutMs } = config
  const { proc, cgroups, state, nowNs, signal, native, evidence } = context
  const report = await captureEvidence(
    targetOf(subject, config, context),
    {
      ...{ freezeMs: freeze ? timeoutMs : undefined, leaveFrozen: false, memory, packetsMs, maxBytes, timeoutMs },
      given: evidence?.given(subject) ?? [],
    },
    {
      ...{ proc, cgroups, state, nowNs, signal, version: evidence?.version ?? '' },
      folder: join(state, 'evidence', shareOf(subject.container?.id)),
      signalProcess: native.signalProcess,
      ...(native.takePackets && { takePackets: native.takePackets }),
    },
  )
  return { summary: summaryOf(report), detail: detailOf(report), undo: undefined }
}

function summaryOf({ manifest, path }: EvidenceReport): string {
  const { entries, target, sections, interrupted } = manifest
  const missing = sections.filter(({ state }) => state === 'partial' || state === 'failed').map(({ name }) => name)
  const rest = missing.length === 0 ? '' : `; not all could be had of ${missing.join(', ')}`
  return `${entries.length} files of ${target.processes} processes in ${path}${rest}${interrupted ? '; its time was over before its end' : ''}`
}

const detailOf = ({ path, bytes, sha256, keyId, manifest }: EvidenceReport): Done['detail'] => ({
  ...{ path, bytes, sha256, keyId },
  files: manifest.entries.length,
  processes: manifest.target.processes,
  frozenMs: manifest.freeze.ms,
  interrupted: manifest.interrupted,
})

/** Read anew from the disk. */
async function verify({ detail }: Done, { state }: ActionContext): Promise<Verification> {
  const { valid, problem, files, key } = await verifyBundle(String(detail.path), { given: hostPublicKey(state), host: undefined })
  if (!valid || key?.origin !== 'given')
    return { verified: false, summary: `the archive is not what was sealed: ${problem ?? 'it has another key'}` }
  return { verified: true, summary: `${files} files read again: every hash, the chain and the signature are right` }
}
