/** The filters of the kernel side against their model, on sockets and on kinds that are filtered by their process alone. */
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { CLASSES, type Classes, classCount } from '../../src/events/filter-classes.ts'
import type { AddressRange, Interest, Term } from '../../src/events/interest.ts'
import { passes } from '../../src/events/interest-model.ts'
import { KINDS, type KindName } from '../../src/events/kinds.ts'
import type { HeaderRecord } from '../../src/events/records.gen.ts'
import { parseNetwork } from '../../src/lang/ip.ts'
import { eachRecord } from '../../src/sources/each-record.ts'
import { type KernelSource, openKernelSource } from '../../src/sources/ebpf.ts'
import { cannotObserve, compileProgram, type Kept, keep, type Program } from './observe.ts'

const WATCHED: readonly KindName[] = ['net.socket', 'net.connect', 'net.bind', 'file.mkdir', 'file.unlink']
const SOCKETS = ['u127.0.0.1/53', 'u127.9.1.2/80', 'u127.9.1.3/443', 't127.0.0.1/80', 't10.1.2.3/443', 'u::1/53', 'u::ffff:127.9.1.2/80']
/** Raw IPv4, packets, netlink, and what nobody knows. */
const MADE = ['m2/3/1', 'm17/3/0', 'm16/3/0', 'm2/2/0', 'm10/5/0', 'm77/1/0']
const STEPS = [...SOCKETS, ...MADE, 'b127.0.0.1/7', 'b::1/443', 't2001:db8::5/22', 'x/nowhere/socket', 'dplace']
const ALL_STEPS = [...STEPS, 'nrenamed', ...STEPS, 's1000', ...STEPS]

const reason = cannotObserve()
let program: Program
let source: KernelSource
let records: HeaderRecord[] = []

beforeAll(() => {
  if (reason !== undefined) return
  program = compileProgram('connects')
  source = openKernelSource({
    kinds: new Set(WATCHED),
    foldWindowMs: 0,
    compat: false,
    onBatch: (batch) => void eachRecord(batch, (record) => records.push(keep(record))),
  })
})
afterAll(async () => {
  await source?.stop()
  program?.remove()
})
beforeEach(({ skip }) => {
  if (reason !== undefined) skip(reason)
})

async function done(interest: Interest | undefined): Promise<HeaderRecord[]> {
  expect(source.setInterest(interest, [])).toMatchObject({ errno: 0, unfiltered: [] })
  records = []
  const { pid } = await program.run(...ALL_STEPS)
  await source.flush()
  return records.filter((record) => record.pid === pid)
}

const kindOf = ({ kind }: HeaderRecord): KindName => KINDS.find(({ id }) => id === kind)?.name as KindName

/** What of a record is the same in every run. */
function said(record: HeaderRecord): string {
  const { family, remotePort, remoteAddress, fd } = record as Kept<'net.connect'>
  const comm = record.comm.subarray(0, record.comm.indexOf(0)).toString()
  return [kindOf(record), comm, record.uid, record.result, family, remotePort, remoteAddress?.toString('hex'), fd].join(' ')
}
const sorted = (of: readonly HeaderRecord[]): string[] => of.map(said).sort()

const NETWORKS = ['127.0.0.0/8', '127.9.1.2/31', '127.9.1.3/32', '0.0.0.0/0', '10.0.0.0/9', '::/0', '::1/128', '2001:db8::/33']
const range = (text: string): AddressRange => parseNetwork(text) as AddressRange

function termOf(kind: KindName): fc.Arbitrary<Term> {
  const length = CLASSES.has(kind) ? classCount(CLASSES.get(kind) as Classes) : 1
  return fc.record(
    {
      classes: fc.array(fc.boolean(), { minLength: length, maxLength: length }),
      nets: fc.subarray(NETWORKS, { maxLength: 3 }).map((networks) => networks.map(range)),
      ports: fc.subarray([7, 22, 53, 80, 443], { maxLength: 2 }),
      comms: fc.subarray(['connects', 'renamed', 'other'], { maxLength: 2 }),
      uids: fc.constantFrom([0], [1000], [7]),
      countsRepeats: fc.boolean(),
      rules: fc.constant([]),
    },
    { requiredKeys: ['countsRepeats', 'rules'] },
  )
}

const interest: fc.Arbitrary<Interest> = fc
  .tuple(...WATCHED.map((kind) => fc.option(fc.array(termOf(kind), { maxLength: 4 }))))
  .map((terms) => new Map(WATCHED.flatMap((kind, index) => (terms[index] ? [[kind, terms[index]] as const] : []))))

const ONE_TEST: readonly (readonly [string, Partial<Term>])[] = [
  ...NETWORKS.map((network) => [`in ${network}`, { nets: [range(network)] }] as const),
  ...[7, 22, 80, 443].map((port) => [`port ${port}`, { ports: [port] }] as const),
]

test('each test of an end is made as in the model', async () => {
  const all = await done(undefined)
  for (const [says, one] of ONE_TEST) {
    const wanted: Interest = new Map(WATCHED.map((kind) => [kind, [{ ...one, countsRepeats: false, rules: [] }]] as const))
    const passing = all.filter((record) => passes(wanted, kindOf(record), record))
    expect(passing.length, says).toBeLessThan(all.length)
    expect(sorted(await done(wanted)), says).toEqual(sorted(passing))
  }
}, 60_000)

test('events that pass the filters are those that pass the model', async () => {
  const all = await done(undefined)
  expect(new Set(all.map(kindOf))).toEqual(new Set(WATCHED))
  // The folder is made and removed without a socket; all others have one, and before them the program.
  const connects = STEPS.length - MADE.length + 1
  expect(all).toHaveLength(3 * (connects + STEPS.length - 1) + 1)
  await fc.assert(
    fc.asyncProperty(interest, async (one) => {
      expect(sorted(await done(one))).toEqual(sorted(all.filter((record) => passes(one, kindOf(record), record))))
    }),
    { numRuns: 80, seed: 11 },
  )
}, 60_000)
