import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createEngine } from '../detect/engine.ts'
import { STABLE_FIELDS } from '../detect/stable-fields.ts'
import { createVerdicts } from '../detect/verdicts.ts'
import { createEnricher } from '../enrich/enrich.ts'
import { VOCABULARY } from '../events/fields.ts'
import type { Interest } from '../events/interest.ts'
import type { HeaderRecord } from '../events/records.gen.ts'
import { loadRules } from '../lang/load-rules.ts'
import { createPlanner } from '../lang/plan.ts'
import { type Item, kernelMask, modelHost, play, type Step } from './sample-verdicts.ts'
import { createVerdictKeeper } from './verdicts.ts'

const GENERATION = 3
const OPEN = 'file.open'

const name = fc.constantFrom('a', 'b', 'c', 'MainThread')
const CHECKS = fc.oneof(
  fc
    .tuple(fc.constantFrom('proc.name', 'proc.pname', 'proc.aname[2]', 'proc.aname', 'thread.name'), fc.constantFrom('=', '!='), name)
    .map((c) => c.join(' ')),
  fc.tuple(fc.constantFrom('proc.name', 'proc.pname'), fc.constantFrom('(a, b)', '(c)', '()')).map((c) => c.join(' in ')),
  fc
    .tuple(fc.constantFrom('proc.exepath', 'proc.pexepath'), fc.constantFrom('= /bin/a', '= /bin/b', 'startswith /bin'))
    .map((c) => c.join(' ')),
  fc
    .tuple(fc.constantFrom('proc.args', 'proc.cmdline', 'proc.pcmdline', 'proc.env'), fc.constantFrom('x', 'y', 'late', '"A=1"', 'b'))
    .map((c) => c.join(' contains ')),
  fc
    .tuple(fc.constantFrom('user.uid', 'user.ruid', 'group.gid', 'proc.cmdnargs', 'thread.tid'), fc.constantFrom('= 0', '= 7', '> 0'))
    .map((c) => c.join(' ')),
  fc.constantFrom(
    'container.id = host',
    'container.id != host',
    'container.name = demo',
    'container.type exists',
    'container.image exists',
    'proc.unit = a.service',
    'proc.ppid = 1',
    'proc.ppid = 2',
    'proc.reaper_pid = 1',
    'proc.pname exists',
    'proc.name = val(proc.pname)',
    'basename(proc.exepath) = a',
    'thread.ismain = true',
    'user.name = root',
    'fd.name = /x',
    'evt.type = openat',
    'proc.duration > 500000000',
    'proc.exe = a',
  ),
)
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    CHECKS,
    tie('condition').map((inner) => `not (${inner})`),
    fc.array(tie('condition'), { minLength: 2, maxLength: 3 }).map((parts) => `(${parts.join(' and ')})`),
    fc.array(tie('condition'), { minLength: 2, maxLength: 3 }).map((parts) => `(${parts.join(' or ')})`),
  ),
}))

const who = fc.constantFrom(0, 1, 2, 3, 3, 3, 2, 4, 5)
const thread = fc.constantFrom('main' as const, 'main' as const, 'worker' as const)
const rarely = fc.nat({ max: 15 }).map((number) => number === 0)
const others = fc.nat({ max: 0xff })
const open = fc.record({
  do: fc.constant('open' as const),
  who,
  thread,
  path: fc.constantFrom('/x', '/y'),
  times: fc.integer({ min: 1, max: 12 }),
  others,
})
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: open },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fork' as const), who, lost: rarely }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('exit' as const), who }) },
  {
    weight: 2,
    arbitrary: fc.record({
      ...{ do: fc.constant('exec' as const), who, comm: name, exe: fc.constantFrom('/bin/a', '/bin/b') },
      ...{ args: fc.constantFrom('', 'x', 'y'), lost: rarely },
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('rename' as const), who, thread, comm: name }) },
  {
    weight: 3,
    arbitrary: fc.record({
      ...{ do: fc.constant('setid' as const), who, thread },
      ...{ which: fc.constantFrom('uid' as const, 'euid' as const, 'egid' as const), id: fc.constantFrom(0, 7) },
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cgroup' as const), who, cgroupId: fc.constantFrom(1, 7, 8) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('setns' as const), who, thread, mntNs: fc.constantFrom(200, 201) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(100, 1500, 6000, 40_000) }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'answer' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'container' }) },
)

interface World {
  readonly engine: ReturnType<typeof createEngine>
  readonly interest: Interest
  readonly snapshot: readonly HeaderRecord[]
  readonly items: readonly Item[]
}

/** A term for each rule, without tests of its own: those of the rest of an event are in the items. */
function worldOf(conditions: readonly string[], steps: readonly Step[]): World {
  const text = conditions.map(
    (one, at) => `- rule: r${at}\n  desc: d\n  priority: INFO\n  output: o\n  condition: ${JSON.stringify(one)}\n`,
  )
  const engine = createEngine(loadRules([{ path: 'test', text: text.join('') }], { vocabulary: VOCABULARY }), VOCABULARY)
  const terms = conditions.map((_, at) => ({ countsRepeats: false, rules: [`r${at}`] }))
  return { engine, interest: new Map([[OPEN, terms]]), ...play(steps) }
}

const bitOf = (rule: string): bigint => 1n << BigInt(rule.slice(1))

/** What the rules say of each item; items that `passes` refuses do not reach user space, which works on batches of them. */
function run({ engine, interest, snapshot, items }: World, batch: number, passes?: (item: Item, at: number, mask: bigint) => boolean) {
  const { host, move } = modelHost()
  const enricher = createEnricher({ host, bootTimeNs: 1e18, bootId: 'b00710ad-0000' })
  enricher.observeSnapshot(snapshot)
  const table = new Map<string, Buffer>()
  const keeper = createVerdictKeeper(
    {
      write: (pid, kind, verdict) => table.set(`${pid} ${kind}`, Buffer.from(verdict)) === table,
      remove: (pid, kind) => void table.delete(`${pid} ${kind}`),
    },
    2,
  )
  keeper.begin(interest, createVerdicts(engine.rules, createPlanner(VOCABULARY), interest), GENERATION)
  const masks = new Map<number, bigint>()
  const matched = new Map<number, readonly string[]>()
  for (let begin = 0; begin < items.length; begin += batch) {
    const some = items.slice(begin, begin + batch).map((item, offset) => ({ item, at: begin + offset }))
    const left = some.filter(({ item, at }) => {
      if (item.kind !== 'open') return true
      const mask = kernelMask(table.get(`${item.facts.pid} ${item.record.kind}`), item.facts, GENERATION)
      masks.set(at, mask)
      return passes === undefined || passes(item, at, mask)
    })
    for (const { item, at } of left) {
      move(item)
      if (item.kind === 'answer' || item.kind === 'container') continue
      const event = enricher.enrich(item.record)
      const names: string[] = []
      const count = engine.evaluate(event, ({ rule }) => names.push(rule.name))
      keeper.onEvent(event, count)
      matched.set(at, names)
    }
    keeper.tick()
  }
  return { masks, matched, stats: keeper.stats(), table }
}

test('no verdict rules out a term whose rule would have matched, and what passes is judged as if nothing had been ruled out', () => {
  let ruledOut = 0
  let events = 0
  fc.assert(
    fc.property(
      fc.array(fc.oneof(CHECKS, condition), { minLength: 1, maxLength: 8 }),
      fc.array(step, { minLength: 20, maxLength: 90 }),
      fc.integer({ min: 1, max: 20 }),
      (conditions, steps, batch) => {
        const world = worldOf(conditions, steps)
        const all = run(world, batch)
        const truth = (at: number) => all.matched.get(at) ?? []
        const filtered = run(world, batch, (item, at, mask) => {
          if (item.kind !== 'open') return true
          const wanted = truth(at).reduce(
            (bits, rule) => bits | bitOf(rule),
            BigInt(item.others) & ((1n << BigInt(conditions.length)) - 1n),
          )
          if (wanted !== 0n && (wanted & mask) === 0n) ruledOut++
          return (wanted & mask) !== 0n
        })
        for (const [at, mask] of filtered.masks) {
          events++
          const missed = truth(at).filter((rule) => (mask & bitOf(rule)) === 0n)
          expect({ at, missed }).toEqual({ at, missed: [] })
        }
        for (const [at, names] of filtered.matched) expect({ at, names }).toEqual({ at, names: truth(at) })
      },
    ),
    { numRuns: Number(process.env.TARSIER_PROPERTY_RUNS ?? 250) },
  )
  // Else the test proves nothing.
  expect(ruledOut / events).toBeGreaterThan(0.005)
})

test('every stable field is a field, once', () => {
  const names = STABLE_FIELDS.map((field) => field.name)
  expect(names.filter((field) => VOCABULARY.field(field) === undefined)).toEqual([])
  expect(new Set(names).size).toBe(names.length)
})
