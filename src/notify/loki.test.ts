/** These doubles check the documented shape of Loki's push API and its limits of labels, and answer as it does; Loki itself comes with neither Debian nor npm. */
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { findingJson } from '../findings/finding-json.ts'
import { SAMPLE_FINDING } from '../findings/sample-finding.ts'
import { HOSTILE_FINDING, HOSTILE_TEXT } from './http/sample-hostile.ts'
import { openSampleOutput, removeSampleFolders } from './http/sample-output.ts'
import { openSampleServer } from './http/sample-server.ts'

afterAll(removeSampleFolders)

/** Limits as Loki presets them: 15 labels, 1024 characters a name, 2048 a value, 256 KB a line. */
const LABELS = z
  .record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/), z.string().min(1).max(2048))
  .refine((labels) => Object.keys(labels).length >= 1 && Object.keys(labels).length <= 15)
const PUSH = z.strictObject({
  streams: z.array(
    z.strictObject({ stream: LABELS, values: z.array(z.tuple([z.string().regex(/^\d{19}$/), z.string().max(256 * 1024)])).min(1) }),
  ),
})

const TOO_OLD = '1000000000000000000'

/** As Loki does: 204; 401 without a tenant; 400 in plain text for a line that it does not take. */
const double = () =>
  openSampleServer({
    answer: ({ path, headers, body }) => {
      if (path !== '/loki/api/v1/push') return { status: 404, body: '404 page not found' }
      if (headers['x-scope-orgid'] !== 'security') return { status: 401, body: 'no org id' }
      const push = PUSH.safeParse(JSON.parse(body))
      if (!push.success) return { status: 400, body: push.error.message }
      const isOld = push.data.streams.some(({ values }) => values.some(([time]) => time === TOO_OLD))
      return isOld ? { status: 400, body: 'entry for stream has timestamp too old' } : { status: 204 }
    },
  })

const open = (port: number) => openSampleOutput(`loki+http://127.0.0.1:${port}?tenant=security`)

test('a double with the documented shapes gets findings in streams, each with its exact time', async () => {
  const server = await double()
  const { write, close, stats } = open(server.port)
  write(SAMPLE_FINDING, { ...SAMPLE_FINDING, id: '2' }, { ...SAMPLE_FINDING, priority: 'critical' }, HOSTILE_FINDING)
  await close()
  await server.close()
  expect(stats()).toMatchObject({ written: 4, dropped: 0 })
  const { streams } = PUSH.parse(JSON.parse(server.requests[0]?.body ?? ''))
  expect(streams.map(({ stream, values }) => [stream.priority, values.length])).toEqual([
    ['warning', 2],
    ['critical', 1],
    ['warning', 1],
  ])
  expect(streams[0]).toMatchObject({ stream: { job: 'tarsier', host: 'web-1', priority: 'warning', source: 'syscall' } })
  expect(streams[0]?.values[0]).toEqual([String(BigInt(SAMPLE_FINDING.timeNs)), findingJson(SAMPLE_FINDING)])
})

test('what a watched process chooses makes no label', async () => {
  const server = await double()
  const { write, close } = open(server.port)
  write({ ...HOSTILE_FINDING, hostname: 'web-1' })
  await close()
  await server.close()
  const { streams } = PUSH.parse(JSON.parse(server.requests[0]?.body ?? ''))
  expect(JSON.stringify(streams[0]?.stream)).not.toContain(HOSTILE_TEXT.slice(0, 10))
})

test('a double with the documented shapes refuses one line: that finding is kept, the others arrive', async () => {
  const server = await double()
  const { write, close, stats, deadLetters } = open(server.port)
  write(SAMPLE_FINDING, { ...SAMPLE_FINDING, id: 'old', timeNs: Number(TOO_OLD) }, SAMPLE_FINDING)
  await close()
  await server.close()
  expect(stats()).toMatchObject({ written: 2, dropped: 1 })
  expect(deadLetters()).toMatchObject([{ reason: 'it answers 400: entry for stream has timestamp too old', finding: { id: 'old' } }])
})
