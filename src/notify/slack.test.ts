/** Slack is no server of ours: these doubles check the documented shape (docs.slack.dev: incoming webhooks, blocks, text object) and answer as it does. */
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { SAMPLE_FINDING } from '../findings/sample-finding.ts'
import { HOSTILE_FINDING, UNSAFE } from './http/sample-hostile.ts'
import { openSampleOutput, removeSampleFolders, secretFile } from './http/sample-output.ts'
import { openSampleServer, type SampleRequest } from './http/sample-server.ts'

afterAll(removeSampleFolders)

const TEXT = z.strictObject({ type: z.literal('mrkdwn'), text: z.string().min(1).max(3000), verbatim: z.literal(true) })
const BLOCK = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('divider') }),
  z.strictObject({ type: z.literal('section'), text: TEXT }),
  z.strictObject({ type: z.literal('context'), elements: z.array(TEXT).min(1).max(10) }),
])
const MESSAGE = z.strictObject({
  text: z.string().min(1).max(4000),
  blocks: z.array(BLOCK).min(1).max(50),
  unfurl_links: z.literal(false),
  unfurl_media: z.literal(false),
})

const PATH = '/services/T000/B000/secret'

/** As Slack does: 200 ok; 403 for an unknown path; 400 invalid_blocks for what is of another form. */
const double = () =>
  openSampleServer({
    answer: ({ path, body, headers }: SampleRequest) => {
      if (path !== PATH) return { status: 403, body: 'invalid_token' }
      const isJson = headers['content-type'] === 'application/json'
      return isJson && MESSAGE.safeParse(JSON.parse(body)).success ? { status: 200, body: 'ok' } : { status: 400, body: 'invalid_blocks' }
    },
  })

const open = (port: number, path = PATH) => openSampleOutput(`slack?urlFile=${secretFile(`http://127.0.0.1:${port}${path}`)}`)

test('a double with the documented shapes takes a message of several findings', async () => {
  const server = await double()
  const { write, close, stats } = open(server.port)
  write(SAMPLE_FINDING, { ...SAMPLE_FINDING, rule: 'Other', count: 3 })
  await close()
  await server.close()
  expect(stats()).toMatchObject({ written: 2, dropped: 0 })
  const message = MESSAGE.parse(JSON.parse(server.requests[0]?.body ?? ''))
  expect(message.text).toBe('Warning: Read of a password file (and 1 more)')
  expect(message.blocks.map(({ type }) => type)).toEqual(['section', 'context', 'divider', 'section', 'context'])
  expect(JSON.stringify(message.blocks[0])).toContain('*Warning* `Read of a password file`\\n```Password file read (file=/etc/shadow')
  expect(JSON.stringify(message.blocks[4])).toContain('Times: `3`')
})

test('a double with the documented shapes takes a full message of hostile findings, and none of them says more than text', async () => {
  const server = await double()
  const { write, close, stats } = open(server.port)
  write(...Array.from({ length: 10 }, () => HOSTILE_FINDING))
  await close()
  await server.close()
  expect(stats()).toMatchObject({ written: 10, dropped: 0 })
  expect(server.requests).toHaveLength(1)
  const message = MESSAGE.parse(JSON.parse(server.requests[0]?.body ?? ''))
  const texts = [
    message.text,
    ...message.blocks.flatMap((block) =>
      block.type === 'section' ? [block.text.text] : 'elements' in block ? block.elements.map((one) => one.text) : [],
    ),
  ]
  for (const text of texts) {
    expect(text).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/)
    expect(text).not.toMatch(UNSAFE)
  }
  const [head = '', block = '', rest] = texts[1]?.split('```') ?? []
  expect([rest, head.split('`').length, block.includes('`')]).toEqual(['', 3, false])
  expect(texts[2]?.replace(/`[^`]*`/g, '')).toMatch(/^[\w&;: ]+$/)
})

test('a double with the documented shapes refuses an unknown webhook, and its URL is told to nobody', async () => {
  const server = await double()
  const { write, close, stats, logged, deadLetters } = open(server.port, '/services/T000/B000/other')
  write(SAMPLE_FINDING)
  await close()
  await server.close()
  expect(stats()).toMatchObject({ written: 0, dropped: 1 })
  expect(deadLetters()[0]).toMatchObject({ output: 'slack-127.0.0.1', reason: 'it answers 403: invalid_token' })
  expect(logged.join('')).not.toContain('B000')
})
