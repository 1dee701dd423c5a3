import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { EVIDENCE_FORMAT, type EvidenceCut, type EvidenceSection } from '../../findings/evidence.ts'
import { hostKey } from './archive/key.ts'
import { verifyBundle } from './archive/verify.ts'
import { type BundleWriter, createBundle } from './archive/write.ts'
import { collectSection } from './gathering.ts'
import type { Gathering, Section } from './section.ts'

const MIB = 2 ** 20

let state: string
let bundle: BundleWriter
let cuts: EvidenceCut[]
beforeEach(async () => {
  state = mkdtempSync(join(tmpdir(), 'tarsier-gathering-'))
  bundle = await createBundle({ folder: state, id: 'g', key: hostKey(state), nowNs: () => Date.now() * 1e6 })
  cuts = []
})
afterEach(async () => {
  await bundle.abandon()
  rmSync(state, { recursive: true, force: true })
})

function collect(work: Section['collect'], more: Partial<Section> & { readonly signal?: AbortSignal } = {}): Promise<EvidenceSection> {
  const section: Section = { name: 's', doc: 'd', maxBytes: 8 * MIB, maxMs: 5000, ...more, collect: work }
  return collectSection(section, {
    ...{ bundle, proc: '/proc', processes: [], options: { memory: [], given: [], packets: undefined }, maxBytes: 64 * MIB },
    ...{ signal: more.signal ?? new AbortController().signal, onBytes: () => undefined, cuts, redactions: [] },
  })
}

async function sealed(section: EvidenceSection): Promise<boolean> {
  const { path } = await bundle.seal((entries, sealedNs) => ({
    ...{ format: EVIDENCE_FORMAT, id: 'g', begunNs: 0, sealedNs, agentVersion: '1', interrupted: false, redactions: [], entries, cuts },
    host: { hostname: 'h', kernel: 'k', arch: 'x64', bootId: 'b' },
    target: { kind: 'process', words: 'w', pid: 1, container: null, processes: 1 },
    freeze: { by: 'not', processes: 0, ms: 0, end: 'not-frozen' },
    sections: [section],
  }))
  return (await verifyBundle(path, { given: undefined, host: undefined })).valid
}

const never = new Promise<never>(() => undefined)

test('a read that never comes back is left behind, also in the middle of a file', async () => {
  async function* hanging(): AsyncIterable<Uint8Array> {
    yield Buffer.from('beginning')
    await never
  }
  const work = async ({ stream, put }: Gathering): Promise<void> => {
    await put('before', 'x')
    await stream('hangs', 1000, hanging())
    await put('behind', 'x')
  }
  const section = await collect(work, { maxMs: 100 })
  expect(section).toMatchObject({ state: 'partial', files: 2, problems: [{ about: 's', reason: expect.stringContaining('out of time') }] })
  expect(cuts).toEqual([{ entry: 's/hangs', wantedBytes: 1000, hadBytes: 9 }])
  expect(await sealed(section)).toBe(true)
})

test('what the kernel refuses is told, and a bug is not hidden', async () => {
  const refused = Object.assign(new Error('no'), { code: 'EACCES', syscall: 'open' })
  expect(await collect(() => Promise.reject(refused))).toMatchObject({
    state: 'failed',
    problems: [{ about: 's', reason: 'EACCES (open)' }],
  })
  await expect(collect(() => Promise.reject(new TypeError('a bug')))).rejects.toThrow('a bug')
})

test('a file that cannot be read to its end is zeros from there, and told', async () => {
  async function* broken(): AsyncIterable<Uint8Array> {
    yield Buffer.from('abc')
    throw Object.assign(new Error('gone'), { code: 'ESRCH', syscall: 'read' })
  }
  const section = await collect(async ({ stream }) => void (await stream('f', 10, broken())))
  expect(section).toMatchObject({ state: 'partial', bytes: 10, problems: [{ about: 's/f', reason: 'it is gone' }] })
  expect(cuts).toEqual([{ entry: 's/f', wantedBytes: 10, hadBytes: 3 }])
  expect(await sealed(section)).toBe(true)
})

test('large files leave room for the lists that tell of them', async () => {
  async function* endless(): AsyncIterable<Uint8Array> {
    for (;;) yield Buffer.alloc(MIB, 1)
  }
  const section = await collect(
    async ({ stream, json }) => {
      await stream('large', 100 * MIB, endless())
      await json('list.json', { large: 1 })
    },
    { maxBytes: 2 * MIB },
  )
  expect(section.bytes).toBeLessThanOrEqual(2 * MIB)
  expect(cuts.map(({ entry }) => entry)).toEqual(['s/large'])
})

test('when all is to end nothing is begun any more', async () => {
  let begun = false
  const work = async (): Promise<void> => {
    begun = true
  }
  expect(await collect(work, { signal: AbortSignal.abort() })).toMatchObject({ state: 'partial', files: 0 })
  expect(begun).toBe(false)
})

test('problems without number are counted', async () => {
  const section = await collect(async ({ problem }) => {
    for (let index = 0; index < 700; index++) problem('x'.repeat(5000), 'y')
  })
  expect([section.problems.length, section.moreProblems, section.problems[0]?.about.length]).toEqual([500, 200, 1000])
})
