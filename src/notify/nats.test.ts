/** Against a real NATS server (Debian’s nats-server). */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { selfSigned } from '../../test/self-signed.ts'
import { findingJson } from '../findings/finding-json.ts'
import { SAMPLE_FINDING } from '../findings/sample-finding.ts'
import { HOSTILE_FINDING } from './http/sample-hostile.ts'
import { openSampleOutput, removeSampleFolders, sampleFolder, secretFile, until } from './http/sample-output.ts'
import { findProgram, type RunningProgram, startProgram } from './sample-program.ts'

const PROGRAM = findProgram('nats-server')
const REASON = 'nats-server is not there: npm test as root fetches it'

const running: RunningProgram[] = []
const connections: NatsConnection[] = []
afterEach(async () => {
  for (const one of connections.splice(0)) await one.close()
  for (const one of running.splice(0)) await one.stop()
})
afterAll(removeSampleFolders)

/** Starts a server with these lines of configuration, on a port of its choice or that one; returns the port. */
async function startServer(config = '', wantedPort = -1): Promise<number> {
  const folder = sampleFolder()
  const path = join(folder, 'nats.conf')
  writeFileSync(path, `listen: "127.0.0.1:${wantedPort}"\nports_file_dir: "${folder}"\n${config}\n`)
  const port = (): string | undefined => /"(?:nats|tls):\/\/[^"]*:(\d+)"/.exec(portsIn(folder))?.[1]
  running.push(await startProgram(PROGRAM ?? '', ['-c', path], (output) => output.includes('Server is ready') && port() !== undefined))
  return Number(port())
}

/** What the server writes about its ports, a moment after it is ready. */
function portsIn(folder: string): string {
  const name = readdirSync(folder).find((one) => one.endsWith('.ports'))
  return name === undefined ? '' : readFileSync(join(folder, name), 'utf8')
}

/** What arrives, as somebody else who listens gets it. */
async function listen(port: number, more: Parameters<typeof connect>[0] = {}) {
  const connection = await connect({ servers: `127.0.0.1:${port}`, ...more })
  connections.push(connection)
  const messages: { subject: string; text: string; id: string | undefined }[] = []
  const subscription = connection.subscribe('>')
  void (async () => {
    for await (const one of subscription) messages.push({ subject: one.subject, text: one.string(), id: one.headers?.get('Nats-Msg-Id') })
  })()
  await connection.flush()
  return messages
}

describe.skipIf(PROGRAM === undefined)(`a real server${PROGRAM === undefined ? ` (${REASON})` : ''}`, () => {
  test('gives each finding to those who listen, with hostile texts made harmless', async () => {
    const port = await startServer()
    const messages = await listen(port)
    const { write, close, stats } = openSampleOutput(`nats+plain://127.0.0.1:${port}/security.{host}.{priority}`)
    write(SAMPLE_FINDING, { ...HOSTILE_FINDING, hostname: 'a.b *>\r\nPUB x 1' })
    await close()
    await until(() => messages.length === 2)
    expect(stats()).toMatchObject({ written: 2, dropped: 0 })
    expect(messages[0]).toEqual({ subject: 'security.web-1.warning', text: findingJson(SAMPLE_FINDING), id: SAMPLE_FINDING.id })
    expect(messages[1]?.subject).toBe('security.a_b_PUB_x_1.warning')
  })

  test('has a stream that acknowledges, and that keeps a finding which is sent twice once', async () => {
    const port = await startServer(`jetstream { store_dir: "${sampleFolder()}" }`)
    const connection = await connect({ servers: `127.0.0.1:${port}` })
    connections.push(connection)
    const { write, close, stats, logged } = openSampleOutput(`nats+plain://127.0.0.1:${port}/tarsier.findings?jetstream=true&format=ocsf`)
    write(SAMPLE_FINDING)
    await until(() => logged.length > 0)
    expect(logged[0]).toMatch(/no stream takes it/)
    expect(stats().written).toBe(0)
    const manager = await jetstreamManager(connection)
    await manager.streams.add({ name: 'findings', subjects: ['tarsier.>'] })
    await until(() => stats().written === 1)
    write(SAMPLE_FINDING, { ...SAMPLE_FINDING, id: 'another' })
    await until(() => stats().written === 3)
    await close()
    expect((await manager.streams.info('findings')).state.messages).toBe(2)
    const stored = await jetstream(connection).streams.get('findings')
    expect((await stored.getMessage({ seq: 1 }))?.json()).toMatchObject({ class_uid: 2004 })
  })

  test('goes away and comes back: findings wait', async () => {
    const port = await startServer()
    const { write, close, stats, logged } = openSampleOutput(`nats+plain://127.0.0.1:${port}`)
    write(SAMPLE_FINDING)
    await until(() => stats().written === 1)
    await running.pop()?.stop()
    write(SAMPLE_FINDING)
    await until(() => logged.length === 1)
    await startServer('', port)
    await until(() => stats().written === 2)
    await close()
    expect(stats()).toMatchObject({ written: 2, dropped: 0 })
  })

  test('asks for a password over TLS, and for a certificate that is known', async () => {
    const { key, cert } = selfSigned()
    const [keyPath, certPath] = [secretFile(key), secretFile(cert)]
    const port = await startServer(
      `tls { cert_file: "${certPath}", key_file: "${keyPath}" }\nauthorization { user: u, password: "s3cret pass" }`,
    )
    const messages = await listen(port, { user: 'u', pass: 's3cret pass', tls: { ca: cert, ...{ host: '127.0.0.1' } } })
    const spec = (more: string) => `nats://127.0.0.1:${port}?user=u${more}`
    const right = openSampleOutput(spec(`&passwordFile=${secretFile('s3cret pass')}&ca=${certPath}`))
    right.write(SAMPLE_FINDING)
    await right.close()
    expect(right.stats()).toMatchObject({ written: 1, dropped: 0 })
    await until(() => messages.length === 1)
    const wrong = openSampleOutput(spec(`&passwordFile=${secretFile('wr0ng pass')}&ca=${certPath}`))
    const unknown = openSampleOutput(spec(`&passwordFile=${secretFile('s3cret pass')}`))
    for (const one of [wrong, unknown]) {
      one.write(SAMPLE_FINDING)
      await until(() => one.logged.length > 0)
      await one.close(300)
      expect(one.stats()).toMatchObject({ written: 0, dropped: 1 })
    }
    expect(wrong.logged.join('')).toMatch(/Authorization Violation/i)
    expect(wrong.logged.join('')).not.toContain('wr0ng')
    expect(unknown.logged.join('')).toMatch(/self-signed certificate/)
  })

  test('allows no message on the subject: that is seen', async () => {
    const port = await startServer('authorization { users: [{ user: u, password: p, permissions: { publish: "other" } }] }')
    vi.stubEnv('NATS_PASSWORD', 'p')
    const { write, close, stats, logged } = openSampleOutput(`nats+plain://127.0.0.1:${port}?user=u&passwordEnv=NATS_PASSWORD`)
    vi.unstubAllEnvs()
    write(SAMPLE_FINDING)
    await until(() => logged.length > 0)
    await close(300)
    expect(logged[0]).toMatch(/Permissions Violation/i)
    expect(stats()).toMatchObject({ written: 0, dropped: 1 })
  })

  test('takes no more than so many bytes: one that is longer is kept, the others are sent', async () => {
    const port = await startServer('max_payload: 4096')
    const { write, close, stats, deadLetters } = openSampleOutput(`nats+plain://127.0.0.1:${port}`)
    write(SAMPLE_FINDING, { ...SAMPLE_FINDING, id: 'long', output: 'x'.repeat(5000) }, SAMPLE_FINDING)
    await close()
    expect(stats()).toMatchObject({ written: 2, dropped: 1 })
    expect(deadLetters()[0]).toMatchObject({ reason: expect.stringContaining('4096 bytes'), finding: { id: 'long' } })
  })
})

const WRONG: readonly [sentence: string, spec: string, problem: RegExp][] = [
  ['a plain connection to another host', 'nats+plain://nats.example.org', /without TLS is not safe/],
  ['a subject with a wildcard', 'nats://h/a.*', /subject: must be a subject/],
  ['a subject with a blank', 'nats://h/a%20b', /subject: must be a subject/],
  ['credentials that are not there', 'nats://h?creds=/nowhere/x', /cannot read \/nowhere\/x/],
]

test.each(WRONG)('%s is refused at start', (_, spec, problem) => {
  expect(() => openSampleOutput(spec)).toThrow(problem)
})
