/** These doubles check the documented shape of the bulk API (Elasticsearch 8 and 9, OpenSearch 2 and 3) and answer as it does; neither server comes with Debian or npm. */
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import type { Finding } from '../findings/finding.ts'
import { SAMPLE_FINDING } from '../findings/sample-finding.ts'
import { HOSTILE_FINDING } from './http/sample-hostile.ts'
import { openSampleOutput, removeSampleFolders, secretFile, until } from './http/sample-output.ts'
import { openSampleServer, type SampleAnswer, type SampleRequest } from './http/sample-server.ts'

afterAll(removeSampleFolders)

const ACTION = z.strictObject({ create: z.strictObject({ _id: z.string().min(1).max(512) }) })
const DOCUMENT = z.looseObject({
  '@timestamp': z.iso.datetime({ precision: 9 }),
  ecs: z.strictObject({ version: z.string() }),
  message: z.string(),
  event: z.looseObject({ kind: z.literal('alert'), id: z.string(), severity: z.int() }),
})

interface Item {
  readonly id: string
  readonly document: z.infer<typeof DOCUMENT>
}

/** Pairs of lines, the last with its newline. */
function itemsOf({ body }: SampleRequest): readonly Item[] {
  const lines = body.split('\n')
  if (lines.pop() !== '' || lines.length % 2 !== 0) throw new Error('The bulk request must be terminated by a newline')
  return Array.from({ length: lines.length / 2 }, (_, n) => ({
    id: ACTION.parse(JSON.parse(lines[n * 2] ?? '')).create._id,
    document: DOCUMENT.parse(JSON.parse(lines[n * 2 + 1] ?? '')),
  }))
}

/** As a data stream does: 201 for what is new, 409 for an id that is there, 429 once for `busy`, 400 for `bad`. */
function double() {
  const there = new Set<string>()
  const busy = new Set(['busy'])
  const status = (id: string): Record<string, unknown> => {
    if (busy.delete(id)) return { status: 429, error: { type: 'es_rejected_execution_exception', reason: 'rejected execution' } }
    if (id === 'bad') return { status: 400, error: { type: 'document_parsing_exception', reason: 'failed to parse field [process.pid]' } }
    if (there.has(id)) return { status: 409, error: { type: 'version_conflict_engine_exception', reason: 'document already exists' } }
    there.add(id)
    return { status: 201 }
  }
  const answer = (request: SampleRequest): SampleAnswer => {
    const { path, headers } = request
    if (headers.authorization !== 'ApiKey aWQ6a2V5') return { status: 401, body: '{"error":{"type":"security_exception"},"status":401}' }
    if (!/^\/logs-tarsier\.finding-default\/_bulk\?filter_path=/.test(path)) return { status: 404 }
    if (headers['content-type'] !== 'application/x-ndjson') return { status: 406 }
    const items = itemsOf(request).map(({ id }) => ({ create: status(id) }))
    return { status: 200, body: JSON.stringify({ errors: items.some(({ create }) => 'error' in create), items }) }
  }
  return { there, answer }
}

const open = (port: number, key = 'aWQ6a2V5') => openSampleOutput(`elasticsearch+http://127.0.0.1:${port}?tokenFile=${secretFile(key)}`)
const finding = (id: string): Finding => ({ ...SAMPLE_FINDING, id })

test('a double with the documented shapes gets findings as ECS documents', async () => {
  const { answer } = double()
  const server = await openSampleServer({ answer })
  const { write, close, stats } = open(server.port)
  write(finding('a'), { ...HOSTILE_FINDING, id: 'b' })
  await close()
  await server.close()
  expect(stats()).toMatchObject({ written: 2, dropped: 0 })
  const [first, second] = server.requests.flatMap(itemsOf)
  expect(first).toMatchObject({
    id: 'a',
    document: {
      '@timestamp': '2023-11-14T22:13:20.123456768Z',
      event: { category: ['file'], severity: 4 },
      host: { hostname: 'web-1' },
      process: { pid: 1234, name: 'odd', parent: { pid: 900 } },
      file: { path: '/etc/shadow' },
      threat: { technique: { id: ['T1003'], subtechnique: { id: ['T1003.008'] } } },
    },
  })
  expect(second?.document.message).toContain('<!channel>')
})

test('a double with the documented shapes refuses one document, has no time for another, and takes the rest', async () => {
  const { answer, there } = double()
  const server = await openSampleServer({ answer })
  const { write, close, stats, deadLetters } = open(server.port)
  write(finding('a'), finding('bad'), finding('busy'), finding('c'))
  await until(() => stats().written === 3)
  await close()
  await server.close()
  expect([...there]).toEqual(['a', 'c', 'busy'])
  expect(server.requests.map((request) => itemsOf(request).map(({ id }) => id))).toEqual([['a', 'bad', 'busy', 'c'], ['busy']])
  expect(deadLetters()).toMatchObject([
    { reason: expect.stringMatching(/400.*document_parsing_exception: failed to parse/), finding: { id: 'bad' } },
  ])
})

test('a double with the documented shapes takes a batch whose answer is lost: sent again, each is there once and counts as written', async () => {
  const { answer, there } = double()
  const server = await openSampleServer({
    answer: (request, index) => {
      const reply = answer(request)
      return index === 0 ? { ...reply, body: '{"errors":fal' } : reply
    },
  })
  const { write, close, stats } = open(server.port)
  write(finding('a'), finding('b'))
  await until(() => stats().written === 2)
  await close()
  await server.close()
  expect([...there]).toEqual(['a', 'b'])
  expect(server.requests).toHaveLength(2)
  expect(stats()).toMatchObject({ written: 2, dropped: 0 })
})

test('a double with the documented shapes refuses a key: the findings are kept, the key is told to nobody', async () => {
  const server = await openSampleServer({ answer: double().answer })
  const { write, close, logged, deadLetters } = open(server.port, 'wr0ng')
  write(finding('a'))
  await close()
  await server.close()
  expect(deadLetters()[0]?.reason).toMatch(/it answers 401: .*security_exception/)
  expect(logged.join('')).not.toContain('wr0ng')
})
