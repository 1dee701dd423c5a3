import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { HistoryEvent } from '../../findings/history-event.ts'
import { loadRules } from '../../lang/load-rules.ts'
import { openStore } from '../../store/embedded.ts'
import type { Store } from '../../store/store.ts'
import { createEventService } from './event-service.ts'
import { FLAT } from './history-conditions.ts'

const S = 1e9
const START = 1_700_000_000 * S
const EVENTS = 12_000
const RANGE = { fromNs: START - S, toNs: START + 100_000 * S }
const RULES = loadRules(
  [{ path: 'r', text: '- list: shells\n  items: [bash, sh]\n- macro: by_shell\n  condition: proc.name in (shells)\n' }],
  {
    vocabulary: FLAT,
  },
)

let folder = ''
let store: Store
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tarsier-events-'))
  store = await openStore({ folder, nowNs: () => START })
  await store.history.append({ spool: 's', seq: 1, events: Array.from({ length: EVENTS }, (_, index) => eventOf(index)) })
})
afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

/** Every third of a shell, every 4000th of a file below /etc. */
function eventOf(index: number): HistoryEvent {
  const path = index % 4000 === 0 ? `/etc/file-${index}` : `/tmp/file-${index}`
  const fields = {
    'proc.name': index % 3 === 0 ? 'bash' : 'python3',
    'fd.name': path,
    'fd.typechar': 'f',
    'evt.arg.flags': `O_${index % 2}`,
  }
  return {
    id: `e-${index}`,
    hostname: 'web-1',
    timeNs: START + index * S,
    kind: 'file.open',
    type: 'openat',
    processId: undefined,
    processKey: undefined,
    fields,
  }
}

/** A clock that shows so much more each time it is asked. */
function service(stepMs = 0) {
  let now = 0
  return createEventService({ history: store.history, ruleSet: () => RULES, nowMs: () => (now += stepMs) })
}

const ask = (condition: string) => ({ condition, range: RANGE })
const ids = (items: readonly { readonly id: string }[]): string[] => items.map(({ id }) => id)

async function allPages(condition: string, limit: number, stepMs = 0): Promise<{ ids: string[]; pages: number; scanned: number }> {
  const found: string[] = []
  const events = service(stepMs)
  let [pages, scanned] = [0, 0]
  for (let cursor: string | undefined; ; pages++) {
    const page = await events.list(ask(condition), { limit, cursor })
    found.push(...ids(page.items))
    scanned += page.scanned
    cursor = page.next
    if (cursor === undefined) return { ids: found, pages: pages + 1, scanned }
  }
}

test('what the columns tell, the store answers alone', async () => {
  const page = await service().list(ask('by_shell and fd.name startswith /etc/'), { limit: 10, cursor: undefined })
  expect(page).toMatchObject({ exact: true, scanned: 1, next: undefined })
  expect(ids(page.items)).toEqual(['e-0'])
})

test('what they do not tell is looked at event by event, and pages go on where the last one ended', async () => {
  const expected = Array.from({ length: EVENTS }, (_, index) => `e-${index}`)
    .filter((_, index) => index % 3 === 0 && index % 2 === 1)
    .reverse()
  const { ids: found } = await allPages('by_shell and evt.arg.flags = O_1', 700)
  expect(found).toEqual(expected)
})

test('an answer that takes long goes out before it is whole, with where to go on', async () => {
  const { ids: found, pages, scanned } = await allPages('fd.name pmatch (/etc) and evt.arg.flags = O_0', 500, 150)
  expect(found).toEqual(['e-8000', 'e-4000', 'e-0'])
  expect(pages).toBeGreaterThan(1)
  expect(scanned).toBe(EVENTS)
})

test('facets and histograms of such a condition are counted over what was looked at', async () => {
  const query = ask('by_shell and evt.arg.flags = O_1')
  const facets = await service().facets(query, ['proc.name', 'evt.type', 'fd.rip'], 5)
  expect(facets).toEqual({
    facets: {
      'proc.name': [{ value: 'bash', count: 2000 }],
      'evt.type': [{ value: 'openat', count: 2000 }],
      'fd.rip': [{ value: null, count: 2000 }],
    },
    total: 2000,
    exact: true,
    scanned: EVENTS / 3,
  })
  const { points, exact } = await service().histogram(query, 6000 * S)
  expect(exact).toBe(true)
  expect(points.reduce((sum, { count }) => sum + count, 0)).toBe(2000)
  expect(points).toEqual(
    (await service().histogram(ask('proc.name = bash'), 6000 * S)).points.map(({ timeNs, count }) => ({ timeNs, count: count / 2 })),
  )
  expect((await service(150).facets(ask('evt.arg.flags = O_1'), ['proc.name'], 5)).exact).toBe(false)
})

const CHECKS: readonly (readonly [condition: string, said: string | undefined])[] = [
  ['', undefined],
  ['by_shell', undefined],
  ['proc.name = bash and\n  proc.nme = x', 'error RULE_UNKNOWN_FIELD 2:3-11'],
  ['proc.name = ', 'error'],
  ['nobody_knows_it', 'error RULE_UNKNOWN_MACRO 1:1-16'],
  ['by_shell and evt.num > 5', 'warning HISTORY_WITHOUT_FIELD 1:14-21'],
]

test.each(CHECKS)('%j is told to be %s', async (condition, said) => {
  const [first] = service().check(condition)
  if (said === undefined) expect(first).toBeUndefined()
  else expect(`${first?.severity} ${first?.code} ${first?.line}:${first?.column}-${first?.endColumn}`).toMatch(new RegExp(`^${said}`))
  if (said?.startsWith('error')) await expect(service().list(ask(condition), { limit: 1, cursor: undefined })).rejects.toThrow(/errors/)
})
