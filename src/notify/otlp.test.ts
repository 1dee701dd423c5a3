/** These doubles check the documented shape of OTLP over HTTP (opentelemetry-proto, ExportLogsServiceRequest in its JSON mapping) and answer as it says; no collector comes with Debian or npm. */
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { SAMPLE_FINDING } from '../findings/sample-finding.ts'
import { HOSTILE_FINDING } from './http/sample-hostile.ts'
import { openSampleOutput, removeSampleFolders, until } from './http/sample-output.ts'
import { openSampleServer, type SampleAnswer } from './http/sample-server.ts'

afterAll(removeSampleFolders)

const TEXT = z.string().refine((text) => text.isWellFormed())
const INT64 = z.string().regex(/^\d{1,19}$/)
const SCALAR = z.union([z.strictObject({ stringValue: TEXT }), z.strictObject({ intValue: INT64 })])
const VALUE = z.union([SCALAR, z.strictObject({ arrayValue: z.strictObject({ values: z.array(SCALAR) }) })])
const ATTRIBUTES = z
  .array(z.strictObject({ key: z.string().min(1), value: VALUE }))
  .refine((list) => new Set(list.map(({ key }) => key)).size === list.length, 'keys must be unique')
const RECORD = z.strictObject({
  timeUnixNano: INT64,
  observedTimeUnixNano: INT64,
  severityNumber: z.int().min(1).max(24),
  severityText: z.string(),
  body: VALUE,
  eventName: z.string(),
  attributes: ATTRIBUTES,
})
const REQUEST = z.strictObject({
  resourceLogs: z.array(
    z.strictObject({
      resource: z.strictObject({ attributes: ATTRIBUTES }),
      scopeLogs: z.array(z.strictObject({ scope: z.strictObject({ name: z.string() }), logRecords: z.array(RECORD).min(1) })),
    }),
  ),
})

const double = (...answers: readonly SampleAnswer[]) =>
  openSampleServer({
    answer: ({ path, headers, body }, index) => {
      if (path !== '/v1/logs') return { status: 404 }
      if (headers['content-type'] !== 'application/json') return { status: 415 }
      const request = REQUEST.safeParse(JSON.parse(body))
      if (!request.success) return { status: 400, body: JSON.stringify({ code: 3, message: request.error.message }) }
      return answers[index] ?? { status: 200, headers: { 'content-type': 'application/json' }, body: '{"partialSuccess":{}}' }
    },
  })

const open = (port: number) => openSampleOutput(`otlp+http://127.0.0.1:${port}`)

test('a double with the documented shapes gets findings as log records, those of one host together', async () => {
  const server = await double()
  const { write, close, stats } = open(server.port)
  write(SAMPLE_FINDING, { ...SAMPLE_FINDING, hostname: 'web-2', priority: 'critical' }, HOSTILE_FINDING, { ...SAMPLE_FINDING, id: 'last' })
  await close()
  await server.close()
  expect(stats()).toMatchObject({ written: 4, dropped: 0 })
  const { resourceLogs } = REQUEST.parse(JSON.parse(server.requests[0]?.body ?? ''))
  expect(resourceLogs.map(({ scopeLogs }) => scopeLogs[0]?.logRecords.length)).toEqual([2, 1, 1])
  const [first] = resourceLogs
  expect(first?.resource.attributes).toContainEqual({ key: 'host.name', value: { stringValue: 'web-1' } })
  const record = first?.scopeLogs[0]?.logRecords[0]
  expect(record).toMatchObject({ severityNumber: 13, severityText: 'Warning', timeUnixNano: String(BigInt(SAMPLE_FINDING.timeNs)) })
  const attributes = Object.fromEntries(record?.attributes.map(({ key, value }) => [key, value]) ?? [])
  expect(attributes).toMatchObject({
    'security_rule.name': { stringValue: SAMPLE_FINDING.rule },
    'process.pid': { intValue: '1234' },
    'process.parent_pid': { intValue: '900' },
    'file.path': { stringValue: '/etc/shadow' },
    'tarsier.attack': { arrayValue: { values: [{ stringValue: 'T1003.008' }] } },
  })
  expect(Object.keys(attributes)).not.toContain('container.id')
})

test('a double with the documented shapes is overloaded for a moment: it is sent the same again', async () => {
  const server = await double({ status: 503 })
  const { write, close, stats } = open(server.port)
  write(SAMPLE_FINDING)
  await until(() => stats().written === 1)
  await close()
  await server.close()
  expect(server.requests.map(({ body }) => body)).toEqual([server.requests[0]?.body, server.requests[0]?.body])
})

test('a double with the documented shapes fails with 500: OTLP forbids to send it again, the finding is kept', async () => {
  const server = await double({ status: 500, body: '{"code":13,"message":"broken"}' })
  const { write, close, stats, deadLetters } = open(server.port)
  write(SAMPLE_FINDING)
  await close()
  await server.close()
  expect(server.requests).toHaveLength(1)
  expect(stats()).toMatchObject({ written: 0, dropped: 1 })
  expect(deadLetters()[0]?.reason).toMatch(/it answers 500: .*broken/)
})

test('a double with the documented shapes rejects some without saying which: all are kept, none is sent again', async () => {
  const server = await double({ status: 200, body: '{"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"too old"}}' })
  const { write, close, stats, deadLetters } = open(server.port)
  write(SAMPLE_FINDING, SAMPLE_FINDING)
  await close()
  await server.close()
  expect(server.requests).toHaveLength(1)
  expect(stats()).toMatchObject({ written: 0, dropped: 2 })
  expect(deadLetters()[1]?.reason).toMatch(/rejected 1 of 2 without saying which.*too old/)
})
