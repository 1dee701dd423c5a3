/** Teams is no server of ours: these doubles check the documented shape (Adaptive Cards 1.4 in a message for a workflow, 28 KB) and answer as it does. */
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { SAMPLE_FINDING } from '../findings/sample-finding.ts'
import { HOSTILE_FINDING, UNSAFE } from './http/sample-hostile.ts'
import { openSampleOutput, removeSampleFolders, secretFile } from './http/sample-output.ts'
import { openSampleServer } from './http/sample-server.ts'

afterAll(removeSampleFolders)

const RUN = z.strictObject({
  type: z.literal('TextRun'),
  text: z.string().min(1),
  size: z.literal('small').optional(),
  weight: z.literal('bolder').optional(),
  isSubtle: z.boolean().optional(),
  fontType: z.literal('monospace').optional(),
})
const CONTAINER = z.strictObject({
  type: z.literal('Container'),
  separator: z.boolean(),
  style: z.enum(['default', 'emphasis', 'good', 'attention', 'warning', 'accent']),
  items: z.array(z.strictObject({ type: z.literal('RichTextBlock'), inlines: z.array(RUN).min(1) })).min(1),
})
const MESSAGE = z.strictObject({
  type: z.literal('message'),
  attachments: z
    .array(
      z.strictObject({
        contentType: z.literal('application/vnd.microsoft.card.adaptive'),
        contentUrl: z.null(),
        content: z.strictObject({
          $schema: z.literal('http://adaptivecards.io/schemas/adaptive-card.json'),
          type: z.literal('AdaptiveCard'),
          version: z.literal('1.4'),
          body: z.array(CONTAINER).min(1),
          msteams: z.strictObject({ width: z.literal('Full') }),
        }),
      }),
    )
    .length(1),
})

const MAX_BYTES = 28 * 1024

/** As a workflow does: 202 without a body; 401 without its signature; 400 for another form; 413 for more than it takes. */
const double = () =>
  openSampleServer({
    answer: ({ path, body }) => {
      if (!path.endsWith('&sig=s3cr3t')) return { status: 401, body: '{"error":{"code":"DirectApiAuthorizationRequired"}}' }
      if (Buffer.byteLength(body) > MAX_BYTES) return { status: 413 }
      return MESSAGE.safeParse(JSON.parse(body)).success
        ? { status: 202 }
        : { status: 400, body: '{"error":{"code":"TriggerInputSchemaMismatch"}}' }
    },
  })

const open = (port: number, sig = 's3cr3t') =>
  openSampleOutput(
    `teams?urlFile=${secretFile(`http://127.0.0.1:${port}/workflows/1/triggers/manual/paths/invoke?api-version=1&sig=${sig}`)}`,
  )

test('a double with the documented shapes takes a card of several findings', async () => {
  const server = await double()
  const { write, close, stats } = open(server.port)
  write(SAMPLE_FINDING, { ...SAMPLE_FINDING, priority: 'critical' })
  await close()
  await server.close()
  expect(stats()).toMatchObject({ written: 2, dropped: 0 })
  const body = MESSAGE.parse(JSON.parse(server.requests[0]?.body ?? '')).attachments[0]?.content.body ?? []
  expect(body.map(({ style, separator }) => [style, separator])).toEqual([
    ['warning', false],
    ['attention', true],
  ])
  expect(body[0]?.items.slice(0, 2).map(({ inlines }) => inlines[0]?.text)).toEqual([
    'Warning: Read of a password file',
    SAMPLE_FINDING.output,
  ])
})

test('a double with the documented shapes takes hostile findings within its limit, in texts that know no markup', async () => {
  const server = await double()
  const { write, close, stats } = open(server.port)
  write(...Array.from({ length: 8 }, () => HOSTILE_FINDING))
  await close()
  await server.close()
  expect(stats()).toMatchObject({ written: 8, dropped: 0 })
  expect(server.requests).toHaveLength(2)
  const runs = MESSAGE.parse(JSON.parse(server.requests[0]?.body ?? '')).attachments[0]?.content.body.flatMap(({ items }) =>
    items.flatMap(({ inlines }) => inlines),
  )
  expect(runs?.length).toBeGreaterThan(20)
  for (const { text } of runs ?? []) expect(text).not.toMatch(UNSAFE)
})

test('a double with the documented shapes refuses a wrong signature, and the URL is told to nobody', async () => {
  const server = await double()
  const { write, close, logged, deadLetters } = open(server.port, 'wr0ng')
  write(SAMPLE_FINDING)
  await close()
  await server.close()
  expect(deadLetters()[0]?.reason).toMatch(/it answers 401/)
  expect(logged.join('')).not.toMatch(/wr0ng|triggers/)
})

test('a double with the documented shapes takes texts whose characters have three bytes each within its limit', async () => {
  const server = await double()
  const { write, close, stats } = open(server.port)
  const wide = '漢'.repeat(3000)
  const workload = { containerName: wide, image: wide, podName: wide, podNamespace: wide, podUid: wide }
  write(...Array.from({ length: 4 }, () => ({ ...SAMPLE_FINDING, rule: wide, output: wide, hostname: wide, workload })))
  await close()
  await server.close()
  expect(stats()).toMatchObject({ written: 4, dropped: 0 })
  expect(server.requests).toHaveLength(1)
  expect(Buffer.byteLength(server.requests[0]?.body ?? '')).toBeGreaterThan(MAX_BYTES / 3)
})
