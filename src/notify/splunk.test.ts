/** These doubles check the documented shape of Splunk's HTTP Event Collector (format events for HEC) and answer as it does; Splunk itself comes with neither Debian nor npm. */
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { findingJson } from '../findings/finding-json.ts'
import { SAMPLE_FINDING } from '../findings/sample-finding.ts'
import { HOSTILE_FINDING } from './http/sample-hostile.ts'
import { openSampleOutput, removeSampleFolders, secretFile } from './http/sample-output.ts'
import { openSampleServer } from './http/sample-server.ts'

afterAll(removeSampleFolders)

const EVENT = z.strictObject({
  time: z.number().min(1e9).max(1e10),
  host: z.string(),
  source: z.string(),
  sourcetype: z.string(),
  index: z.string().optional(),
  fields: z.record(z.string(), z.string()),
  event: z.record(z.string(), z.unknown()),
})

/** Events stand one after another; ours have a line each. */
const eventsOf = (body: string) => body.split('\n').map((line) => EVENT.parse(JSON.parse(line)))

/** As the collector does: codes 0, 2, 4, 6, 7. */
const double = () =>
  openSampleServer({
    answer: ({ path, headers, body }) => {
      if (path !== '/services/collector/event')
        return { status: 404, body: '{"text":"The requested URL was not found on this server.","code":404}' }
      if (headers.authorization === undefined) return { status: 401, body: '{"text":"Token is required","code":2}' }
      if (headers.authorization !== 'Splunk t0ken') return { status: 403, body: '{"text":"Invalid token","code":4}' }
      const events = eventsOf(body)
      if (events.some(({ index }) => index === 'nowhere'))
        return { status: 400, body: '{"text":"Incorrect index","code":7,"invalid-event-number":1}' }
      return { status: 200, body: '{"text":"Success","code":0}' }
    },
  })

const open = (port: number, more = '', token = 't0ken') =>
  openSampleOutput(`splunk+http://127.0.0.1:${port}?tokenFile=${secretFile(token)}${more}`)

test('a double with the documented shapes gets findings as events', async () => {
  const server = await double()
  const { write, close, stats } = open(server.port, '&index=security')
  write(SAMPLE_FINDING, HOSTILE_FINDING)
  await close()
  await server.close()
  expect(stats()).toMatchObject({ written: 2, dropped: 0 })
  const [first, second] = eventsOf(server.requests[0]?.body ?? '')
  expect(first).toMatchObject({ time: 1_700_000_000.123457, host: 'web-1', index: 'security', sourcetype: 'tarsier:finding' })
  expect(first?.event).toEqual(JSON.parse(findingJson(SAMPLE_FINDING)))
  expect(second?.event).toEqual(JSON.parse(findingJson(HOSTILE_FINDING)))
})

test('a double with the documented shapes gets events of OCSF, when they are asked for', async () => {
  const server = await double()
  const { write, close } = open(server.port, '&format=ocsf&sourcetype=ocsf')
  write(SAMPLE_FINDING)
  await close()
  await server.close()
  expect(eventsOf(server.requests[0]?.body ?? '')[0]).toMatchObject({ sourcetype: 'ocsf', event: { class_uid: 2004, type_uid: 200_401 } })
})

test('a double with the documented shapes refuses a token and an index: nothing is sent in halves, all is kept', async () => {
  const server = await double()
  for (const one of [open(server.port, '', 'wr0ng'), open(server.port, '&index=nowhere')]) {
    one.write(SAMPLE_FINDING, SAMPLE_FINDING)
    await one.close()
    expect(one.stats()).toMatchObject({ written: 0, dropped: 2 })
    expect(one.deadLetters()[0]?.reason).toMatch(/it answers 403: .*Invalid token|it answers 400: .*Incorrect index/)
    expect(one.logged.join('')).not.toContain('wr0ng')
  }
  await server.close()
  expect(server.requests).toHaveLength(2)
})
