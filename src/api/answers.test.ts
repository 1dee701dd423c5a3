/** What the server says is what its schemas say, key by key. */

import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SAMPLE_ACTION } from '../findings/sample-action.ts'
import type { SensorReport } from '../findings/sensor-record.ts'
import { at, eventOf, findingOf, incidentOf, recordOf } from '../store/conformance/samples.ts'
import { RESOURCES } from './resources.ts'
import { type Caller, openSampleApi, type SampleApi } from './sample-api.ts'

let api: SampleApi
let admin: Caller
beforeAll(async () => {
  api = await openSampleApi()
  admin = api.logIn('admin')
  await fill(api)
})
afterAll(() => api.close())

const HOST = 'web-1'
const KEY = '1234@81000000000'

async function fill({ services }: SampleApi): Promise<void> {
  const { state, history } = services.store
  const finding = findingOf({ seconds: 10, containerId: 'c1', processKey: KEY })
  const incident = incidentOf({ seconds: 10, processKey: KEY, assignee: 'user-1', containerId: 'c1' })
  state.writeFindings({ spool: 's', seq: 1, findings: [{ finding, incidentId: incident.id }], incidents: [incident] })
  state.processes.write(
    [recordOf({ seconds: 1, containerId: 'c1', containerName: 'web', image: 'nginx' })],
    [{ processKey: KEY, hostname: HOST, timeNs: at(99) }],
  )
  await history.append({ spool: 's', seq: 1, events: [eventOf({ seconds: 10, processKey: KEY, processId: `${KEY}#0` })] })
  state.sensors.report(SENSOR, {
    timeNs: at(20),
    seconds: 10,
    kept: 1,
    filtered: 2,
    lost: 0,
    findings: 1,
    cpuShare: 0.01,
    residentBytes: 1e8,
  })
  state.actions.put({
    ...SAMPLE_ACTION,
    ...{ id: 'action-1', timeNs: at(30), hostname: HOST, findingId: finding.id, incidentId: incident.id },
  })
}

const SENSOR: SensorReport = {
  hostname: HOST,
  version: '0.1.0',
  kernel: '6.12',
  bootId: 'boot',
  pid: 1,
  timeNs: at(20),
  startedNs: at(0),
  rules: 1,
  hooks: 2,
  calls: 'tracepoints',
  processes: 3,
  totals: { seen: 9, kept: 1, filtered: 8, folded: 0, sampled: 0, lost: 0, findings: 1 },
  losses: [{ cause: 'ring', count: 1 }],
  degraded: [{ name: 'io_uring', detail: 'there is none', fix: 'take a newer kernel' }],
  spool: { findings: 0, bytes: 0, dropped: 0 },
  cost: {
    pid: 1,
    time: 1,
    cpuSeconds: 1,
    residentBytes: 1,
    kinds: [],
    rules: [{ rule: 'r', shadow: false, evaluations: 1, matches: 1, seconds: 0.1 }],
    programs: [],
    ring: { bytes: 1, used: 1, peak: 1 },
    findings: 1,
    budget: { maxShare: null, step: 0, foldWindowMs: 0, sampled: [] },
  },
}

/** From the first second that samples know, to the last. */
const ALL = 'from=2020-01-01T00:00:00Z&to=2040-01-01T00:00:00Z'
const RULE = encodeURIComponent('Read of a password file')
const EXCEPTION = { name: 'backup', fields: ['proc.name'], comps: ['='], values: [['backup']], owner: 'ada', reason: 'it reads all files' }

type Case = readonly [method: string, path: string, status: number, body: unknown]

const CASES = (
  [
    ['GET', `/findings?${ALL}`, 200],
    ['GET', `/findings/facets?${ALL}`, 200],
    ['GET', `/findings/histogram?${ALL}&step=30d`, 200],
    ['GET', '/findings/01-0001-00000042', 200],
    ['GET', '/incidents', 200],
    ['GET', '/incidents/incident-1', 200],
    ['PATCH', '/incidents/incident-1', 200, { state: 'acknowledged', assignee: null }],
    ['GET', '/incidents/incident-1/story', 200],
    ['GET', '/incidents/incident-1/tree', 200],
    ['GET', '/incidents/incident-1/timeline', 200],
    ['POST', '/incidents/incident-1/notes', 201, { text: 'Seen.' }],
    ['GET', '/incidents/incident-1/notes', 200],
    ['GET', `/processes?${ALL}`, 200],
    ['GET', `/processes/${HOST}/${KEY}`, 200],
    ['GET', `/processes/${HOST}/${KEY}/tree`, 200],
    ['GET', `/processes/${HOST}/${KEY}/timeline`, 200],
    ['GET', `/processes/${HOST}/${KEY}/activity`, 200],
    ['GET', `/events?${ALL}&condition=${encodeURIComponent('fd.name = /etc/passwd')}`, 200],
    ['GET', `/events/facets?${ALL}&column=fd.name&column=evt.type`, 200],
    ['GET', `/events/histogram?${ALL}&step=30d`, 200],
    ['GET', `/events/${HOST}/7f3a-0-10`, 200],
    ['GET', '/language', 200],
    ['POST', '/conditions/check', 200, { condition: 'wrong' }],
    ['GET', '/rules', 200],
    ['POST', '/rules/validation', 200, { yaml: 'wrong' }],
    ['POST', '/rules/tests', 200, { yaml: '- rule: x' }],
    ['POST', '/rules', 201, { yaml: '- rule: x' }],
    ['GET', `/rules/${RULE}`, 200],
    ['PUT', `/rules/${RULE}/state`, 200, { enabled: false }],
    ['POST', `/rules/${RULE}/exceptions`, 201, EXCEPTION],
    ['DELETE', `/rules/${RULE}/exceptions/backup`, 200],
    ['DELETE', `/rules/${RULE}/state`, 200],
    ['DELETE', `/rules/${RULE}`, 204],
    ['POST', '/backtests', 202, { name: 'Read of a password file', from: '1h' }],
    ['GET', '/backtests/backtest-0', 200],
    ['DELETE', '/backtests/backtest-0', 204],
    ['GET', '/coverage?version=18', 200],
    ['GET', '/sensors', 200],
    ['GET', `/sensors/${HOST}/points?${ALL}`, 200],
    ['GET', '/actions?incident=incident-1', 200],
    ['GET', '/actions/action-1', 200],
    ['POST', '/actions', 202, { action: 'kill-tree', subject: { hostname: 'web-1', processKey: KEY } }],
    ['POST', '/actions/action-1/answer', 202, { answer: 'approve' }],
    ['GET', '/catalogue/actions', 200],
    ['GET', '/responses', 200],
    ['POST', '/responses/plan', 200, { from: '2h' }],
    ['POST', '/searches', 201, { name: 'mine', url: '/events?text=x', shared: true }],
    ['GET', '/searches', 200],
    ['GET', '/session/methods', 200],
    ['GET', '/session', 200],
    ['POST', '/users', 201, { name: 'eve', role: 'analyst', password: 'seven geese on a roof' }],
    ['GET', '/users', 200],
    ['POST', '/tokens', 201, { name: 'ci', role: 'viewer', expiresDays: 30 }],
    ['GET', '/tokens?all=true', 200],
    ['GET', '/audit', 200],
    ['GET', '/audit?action=incident.change', 200],
    ['GET', '/audit/verification', 200],
    ['GET', '/store', 200],
    ['PUT', '/store/retention/history', 200, { maxAgeDays: 3 }],
    ['POST', '/store/backups', 201],
    ['GET', '/health', 200],
  ] as readonly (readonly [string, string, number, unknown?])[]
).map(([method, path, status, body]): Case => [method, path, status, body])

const LISTS_OF_NOTHING = ['/tokens?all=true', '/audit?action=incident.change']

test.each(CASES)('%s %s', async (method, path, status, body) => {
  const answer = await admin.ask(method, `/api${path}`, body)
  expect(answer, answer.text).toMatchObject({ status })
  const schema = schemaOf(method, path)
  if (schema === undefined) return
  const check = Compile(schema)
  expect(
    check.Check(answer.json)
      ? []
      : check.Errors(answer.json).map(({ instancePath, message, params }) => ({ instancePath, message, params })),
  ).toEqual([])
  const { items } = answer.json ?? {}
  if (Array.isArray(items) && !LISTS_OF_NOTHING.includes(path)) expect(items.length).toBeGreaterThan(0)
})

/** Of the most special route that fits the path: `/findings/facets` before `/findings/:id`. */
function schemaOf(method: string, path: string): TSchema | undefined {
  const plain = path.split('?')[0] ?? ''
  const fits = RESOURCES.flatMap(({ routes }) => routes)
    .filter((route) => route.method === method && new RegExp(`^${route.path.replace(/:\w+/g, '[^/]+')}$`).test(plain))
    .sort((a, b) => a.path.split(':').length - b.path.split(':').length)
  const [route] = fits
  if (route === undefined) throw new Error(`no route fits ${method} ${path}`)
  return route.answer !== undefined && !('mediaType' in route.answer) ? route.answer : undefined
}

test('every route with an answer of JSON is among the cases', () => {
  const asked = new Set(CASES.map(([method, path]) => schemaOf(method, path)))
  const unasked = RESOURCES.flatMap(({ routes }) => routes)
    .filter(({ answer }) => answer !== undefined && !('mediaType' in answer) && !asked.has(answer))
    .map(({ method, path }) => `${method} ${path}`)
  expect(unasked).toEqual([])
})

test('what was changed stands in the audit log: who, from where, what, and no secret', async () => {
  const { json } = await admin.ask('GET', '/api/audit')
  const entries = (json as { items: { action: string; target: string; userName: string; address: string; detail: object }[] }).items
  const added = entries.find(({ action }) => action === 'user.add')
  expect(added).toMatchObject({ target: 'eve', userName: admin.user?.name, address: '127.0.0.1', detail: { name: 'eve', role: 'analyst' } })
  expect(JSON.stringify(entries)).not.toContain('geese')
  expect(entries.map(({ action }) => action)).toEqual(
    expect.arrayContaining([
      'incident.change',
      'incident.note',
      'rule.state',
      'rule.exception.add',
      'backtest.begin',
      'token.add',
      'store.backup',
    ]),
  )
})
