/** Opsgenie is no server of ours: these doubles check the documented shape (Alert API, create alert) and answer as it does. */
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { SAMPLE_FINDING } from '../findings/sample-finding.ts'
import { HOSTILE_FINDING, UNSAFE } from './http/sample-hostile.ts'
import { openSampleOutput, removeSampleFolders, secretFile } from './http/sample-output.ts'
import { openSampleServer } from './http/sample-server.ts'

afterAll(removeSampleFolders)

const ALERT = z.strictObject({
  message: z.string().min(1).max(130),
  alias: z.string().min(1).max(512),
  description: z.string().max(15_000),
  entity: z.string().max(512),
  source: z.string().max(100),
  priority: z.enum(['P1', 'P2', 'P3', 'P4', 'P5']),
  tags: z.array(z.string().max(50)).max(20),
  details: z.record(z.string(), z.string()).refine((details) => JSON.stringify(details).length <= 8000),
})

/** As the API does: 202, 401 or 422 with a request id. */
const double = () =>
  openSampleServer({
    answer: ({ path, headers, body }) => {
      const rest = '"took":0.1,"requestId":"43a29c5c-3dbf-4fa4-9c26-f4f71023e120"'
      if (path !== '/v2/alerts') return { status: 404 }
      if (headers.authorization !== 'GenieKey k-e-y') return { status: 401, body: `{"message":"Could not authenticate",${rest}}` }
      return ALERT.safeParse(JSON.parse(body)).success
        ? { status: 202, body: `{"result":"Request will be processed",${rest}}` }
        : { status: 422, body: `{"message":"Request body is not processable.",${rest}}` }
    },
  })

const open = (port: number, key = 'k-e-y') => openSampleOutput(`opsgenie+http://127.0.0.1:${port}?tokenFile=${secretFile(key)}`)

test('a double with the documented shapes gets an alert', async () => {
  const server = await double()
  const { write, close, stats } = open(server.port)
  write(SAMPLE_FINDING)
  await close()
  await server.close()
  expect(stats()).toMatchObject({ written: 1, dropped: 0 })
  const alert = ALERT.parse(JSON.parse(server.requests[0]?.body ?? ''))
  expect(alert).toMatchObject({
    message: 'Read of a password file on web-1',
    priority: 'P3',
    entity: 'web-1',
    tags: ['credential_access', 'host'],
  })
  expect(alert.details).toMatchObject({ File: '/etc/shadow', 'ATT&CK': 'T1003.008' })
})

test('a double with the documented shapes takes a hostile finding, without HTML in it', async () => {
  const server = await double()
  const { write, close, stats } = open(server.port)
  write({ ...HOSTILE_FINDING, priority: 'critical' })
  await close()
  await server.close()
  expect(stats()).toMatchObject({ written: 1, dropped: 0 })
  const { message, description, entity, tags, details, priority } = ALERT.parse(JSON.parse(server.requests[0]?.body ?? ''))
  expect(priority).toBe('P1')
  for (const text of [message, description, entity, ...tags, ...Object.values(details)]) {
    expect(text).not.toMatch(/[<>"]|&(?!amp;|lt;|gt;|quot;)/)
    expect(text).not.toMatch(UNSAFE)
  }
})

test('a double with the documented shapes refuses a wrong key: the finding is kept, the key is told to nobody', async () => {
  const server = await double()
  const { write, close, logged, deadLetters } = open(server.port, 'wrong-key')
  write(SAMPLE_FINDING)
  await close()
  await server.close()
  expect(deadLetters()[0]?.reason).toMatch(/it answers 401: .*Could not authenticate/)
  expect(logged.join('')).not.toContain('wrong-key')
})
