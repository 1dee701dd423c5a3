/** PagerDuty is no server of ours: these doubles check the documented shape (Events API v2, send an alert event) and answer as it does. */
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { SAMPLE_FINDING } from '../findings/sample-finding.ts'
import { HOSTILE_FINDING, UNSAFE } from './http/sample-hostile.ts'
import { openSampleOutput, removeSampleFolders, secretFile, until } from './http/sample-output.ts'
import { openSampleServer } from './http/sample-server.ts'

afterAll(removeSampleFolders)

const KEY = 'a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4'
const EVENT = z.strictObject({
  routing_key: z.string().length(32),
  event_action: z.literal('trigger'),
  dedup_key: z.string().min(1).max(255),
  client: z.string(),
  payload: z.strictObject({
    summary: z.string().min(1).max(1024),
    source: z.string().min(1),
    severity: z.enum(['critical', 'error', 'warning', 'info']),
    timestamp: z.iso.datetime(),
    component: z.string(),
    group: z.string(),
    class: z.string(),
    custom_details: z.record(z.string(), z.string()),
  }),
})
const MAX_BYTES = 512 * 1024

/** As the API does: 202 with the key of the alert, 400 for an invalid event, 429 for too many. */
const double = (busy = 0) =>
  openSampleServer({
    answer: ({ path, body }, index) => {
      if (path !== '/v2/enqueue') return { status: 404 }
      if (index < busy) return { status: 429 }
      const event = EVENT.safeParse(JSON.parse(body))
      if (!event.success || event.data.routing_key !== KEY || Buffer.byteLength(body) > MAX_BYTES)
        return {
          status: 400,
          body: '{"status":"invalid event","message":"Event object is invalid","errors":["Length of \'routing_key\' is incorrect"]}',
        }
      return { status: 202, body: JSON.stringify({ status: 'success', message: 'Event processed', dedup_key: event.data.dedup_key }) }
    },
  })

const open = (port: number, key = KEY) => openSampleOutput(`pagerduty+http://127.0.0.1:${port}?tokenFile=${secretFile(key)}`)
const eventsOf = (requests: readonly { readonly body: string }[]) => requests.map(({ body }) => EVENT.parse(JSON.parse(body)))

test('a double with the documented shapes gets an alert for each finding, the same for equal ones of one host', async () => {
  const server = await double(1)
  const { write, close, stats } = open(server.port)
  write(SAMPLE_FINDING, { ...SAMPLE_FINDING, id: '2' }, { ...SAMPLE_FINDING, hostname: 'web-2' }, { ...SAMPLE_FINDING, foldKey: 'other' })
  await until(() => stats().written === 4)
  await close()
  await server.close()
  const [again, first, equal, elsewhere, other] = eventsOf(server.requests)
  expect(again).toEqual(first)
  expect(equal?.dedup_key).toBe(first?.dedup_key)
  expect(new Set([first, elsewhere, other].map((event) => event?.dedup_key)).size).toBe(3)
  expect(first?.payload).toMatchObject({ severity: 'warning', source: 'web-1', component: 'odd', class: SAMPLE_FINDING.rule })
})

test('a double with the documented shapes takes hostile findings of every priority from warning on', async () => {
  const server = await double()
  const { write, close, stats } = open(server.port)
  const priorities = ['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'debug'] as const
  write(...priorities.map((priority) => ({ ...HOSTILE_FINDING, priority })))
  await close()
  await server.close()
  expect(stats()).toMatchObject({ written: 5, dropped: 0 })
  const events = eventsOf(server.requests)
  expect(events.map((event) => event.payload.severity)).toEqual(['critical', 'critical', 'critical', 'error', 'warning'])
  for (const { payload } of events)
    for (const text of [payload.summary, payload.source, ...Object.values(payload.custom_details)]) expect(text).not.toMatch(UNSAFE)
})

test('a double with the documented shapes refuses a wrong key: the finding is kept, the key is told to nobody', async () => {
  const server = await double()
  const { write, close, logged, deadLetters } = open(server.port, 'tooshort-key')
  write(SAMPLE_FINDING)
  await close()
  await server.close()
  expect(deadLetters()[0]?.reason).toMatch(/it answers 400: .*invalid event/)
  expect(logged.join('') + JSON.stringify(deadLetters())).not.toContain('tooshort-key')
})
