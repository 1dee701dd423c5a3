/** The manifest as it is read back: somebody else may have written it. */
import { z } from 'zod'
import { EVIDENCE_FORMAT, type EvidenceManifest } from '../../../findings/evidence.ts'
import { MAX_ENTRIES, MAX_NAME } from './form.ts'

const MAX_LISTED = 100_000

const text = z.string().max(4096)
const count = z.number().nonnegative().max(Number.MAX_SAFE_INTEGER)
const moment = z.number().nonnegative()
const digest = z.string().regex(/^[0-9a-f]{64}$/)
const name = z.string().max(MAX_NAME)

const schema: z.ZodType<EvidenceManifest> = z.strictObject({
  format: z.literal(EVIDENCE_FORMAT),
  id: z.string().regex(/^[\w.-]{1,128}$/),
  begunNs: moment,
  sealedNs: moment,
  host: z.strictObject({ hostname: text, kernel: text, arch: text, bootId: text }),
  agentVersion: text,
  target: z.strictObject({
    kind: z.enum(['process', 'container']),
    words: text,
    pid: count.nullable(),
    container: text.nullable(),
    processes: count,
  }),
  freeze: z.strictObject({
    by: z.enum(['signals', 'cgroup', 'not']),
    processes: count,
    ms: count,
    end: z.enum(['thawed', 'left', 'deadline', 'not-frozen']),
  }),
  interrupted: z.boolean(),
  sections: z
    .array(
      z.strictObject({
        name,
        doc: text,
        state: z.enum(['whole', 'partial', 'failed', 'skipped']),
        files: count,
        bytes: count,
        tookMs: count,
        problems: z.array(z.strictObject({ about: text, reason: text })).max(MAX_LISTED),
        moreProblems: count,
      }),
    )
    .max(100),
  entries: z
    .array(z.strictObject({ name, section: name, bytes: count, sha256: digest, collectedNs: moment, chain: digest }))
    .max(MAX_ENTRIES),
  redactions: z.array(z.strictObject({ entry: name, rule: text, count })).max(MAX_LISTED),
  cuts: z.array(z.strictObject({ entry: name, wantedBytes: count, hadBytes: count })).max(MAX_LISTED),
})

/** Throws an Error that says in few words what is wrong. */
export function parseManifest(bytes: Uint8Array): EvidenceManifest {
  const result = schema.safeParse(parseJson(bytes))
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new Error(`${issue?.path.join('.')}: ${issue?.message}`)
}

/** Throws an Error. */
export function parseJson(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
}
