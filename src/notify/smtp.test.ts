/** Against a real SMTP server (smtp-server of npm). */
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { afterAll, afterEach, expect, test } from 'vitest'
import { selfSigned } from '../../test/self-signed.ts'
import type { Finding } from '../findings/finding.ts'
import { SAMPLE_FINDING } from '../findings/sample-finding.ts'
import { HOSTILE_FINDING, UNSAFE } from './http/sample-hostile.ts'
import { openSampleOutput, removeSampleFolders, secretFile, until } from './http/sample-output.ts'

afterAll(removeSampleFolders)

interface Received {
  readonly from: string
  readonly to: readonly string[]
  readonly isSecure: boolean
  readonly user: string | undefined
  /** Headers unfolded, by name in small letters; all of them, in order. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly text: string
}

interface Options {
  readonly secure?: boolean
  readonly withoutStartTls?: boolean
  readonly needsLogin?: boolean
  /** An error for a mail, by its text; one for a recipient. */
  readonly refuse?: (text: string) => number | undefined
  readonly refuseRecipient?: number
}

const { key, cert } = selfSigned()
const servers: SMTPServer[] = []
afterEach(async () => {
  for (const one of servers.splice(0)) await new Promise<void>((resolve) => one.close(() => resolve()))
})

const problem = (code: number): Error => Object.assign(new Error('it does not want it'), { responseCode: code })

async function startServer(options: Options = {}) {
  const mails: Received[] = []
  const server = new SMTPServer({
    key,
    cert,
    secure: options.secure ?? false,
    disabledCommands: options.withoutStartTls === true ? ['STARTTLS'] : [],
    authOptional: options.needsLogin !== true,
    disableReverseLookup: true,
    logger: false,
    onAuth: ({ username, password }, _session, done) =>
      username === 'u' && password === 's3cret pass'
        ? done(null, { user: username })
        : done(Object.assign(new Error('Invalid login'), { responseCode: 535 })),
    onRcptTo: (_address, _session, done) => done(options.refuseRecipient === undefined ? null : problem(options.refuseRecipient)),
    onData: (stream, session, done) => {
      let raw = ''
      stream.setEncoding('utf8').on('data', (chunk: string) => (raw += chunk))
      stream.on('end', () => {
        const mail = { ...readMail(raw), isSecure: session.secure, user: session.user }
        const { mailFrom, rcptTo } = session.envelope
        const code = options.refuse?.(mail.text)
        if (code !== undefined) return done(problem(code))
        mails.push({ ...mail, from: mailFrom === false ? '' : mailFrom.address, to: rcptTo.map(({ address }) => address) })
        done()
      })
    },
  })
  server.on('error', () => {}) // clients that hang up, which tests make
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.server.address() as AddressInfo).port, mails }
}

/** RFC 5322 and quoted-printable, by hand: what a mail program would read. */
function readMail(raw: string): Pick<Received, 'headers' | 'text'> {
  const end = raw.indexOf('\r\n\r\n')
  const lines = raw
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
  const headers = lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()] as const)
  const body = raw.slice(end + 4)
  const encoding = headers.find(([name]) => name === 'content-transfer-encoding')?.[1]
  return {
    headers,
    text: encoding === 'quoted-printable' ? decode(body) : encoding === 'base64' ? Buffer.from(body, 'base64').toString() : body,
  }
}

function decode(text: string): string {
  const joined = text.replace(/=\r\n/g, '')
  const bytes = joined.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString()
}

/** RFC 2047. */
const words = (text: string): string =>
  text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?UTF-8\?([BQ])\?(.*?)\?=/gi, (_, kind: string, body: string) =>
      kind === 'B' ? Buffer.from(body, 'base64').toString() : decode(body.replaceAll('_', ' ')),
    )

const headerOf = (mail: Received | undefined, name: string): string => words(mail?.headers.find(([one]) => one === name)?.[1] ?? '')

const CA = `&ca=${secretFile(cert)}`
const open = (scheme: string, port: number, more = '') =>
  openSampleOutput(`${scheme}://127.0.0.1:${port}?from=tarsier@example.org&to=soc@example.org,oncall@example.org&wait=0${more}`)
const finding = (id: string, more: Partial<Finding> = {}): Finding => ({ ...SAMPLE_FINDING, id, ...more })

test('a real server gets one mail for several findings, over STARTTLS, with a login', async () => {
  const { port, mails } = await startServer({ needsLogin: true })
  const { write, close, stats } = open('smtp', port, `&user=u&passwordFile=${secretFile('s3cret pass')}${CA}`)
  write(finding('a'), finding('b', { rule: 'Worse', priority: 'critical', hostname: 'web-2' }))
  await close()
  expect(stats()).toMatchObject({ written: 2, dropped: 0 })
  expect(mails).toHaveLength(1)
  expect(mails[0]).toMatchObject({ from: 'tarsier@example.org', to: ['soc@example.org', 'oncall@example.org'], isSecure: true, user: 'u' })
  expect(headerOf(mails[0], 'subject')).toBe('[tarsier] Critical: 2 findings, among them Worse (2 hosts)')
  expect(headerOf(mails[0], 'auto-submitted')).toBe('auto-generated')
  expect(headerOf(mails[0], 'content-type')).toMatch(/^text\/plain; charset=utf-8/)
  expect(mails[0]?.text).toMatch(
    /^Critical: Worse \(web-2\)\r?\n {2}Password file read .*Finding: b\r?\n\r?\nWarning: Read of a password file/s,
  )
})

test('a real server gets hostile texts, and no header, recipient or line of them', async () => {
  const { port, mails } = await startServer({ secure: true })
  const { write, close, stats } = open('smtps', port, CA)
  const evil = 'x\r\nBcc: evil@example.org\r\n\r\n.\r\nMAIL FROM:<evil@example.org>\r\n'
  write({ ...HOSTILE_FINDING, rule: evil, hostname: evil })
  await until(() => mails.length === 1)
  write({ ...HOSTILE_FINDING, output: `${evil}${HOSTILE_FINDING.output}` })
  await close()
  expect(stats()).toMatchObject({ written: 2, dropped: 0 })
  for (const mail of mails) {
    expect(mail.to).toEqual(['soc@example.org', 'oncall@example.org'])
    expect(mail.headers.map(([name]) => name).sort()).toEqual(
      ['auto-submitted', 'content-transfer-encoding', 'content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to'].sort(),
    )
    expect(headerOf(mail, 'subject')).not.toMatch(UNSAFE)
    expect(headerOf(mail, 'subject').length).toBeLessThanOrEqual(160)
    expect(mail.text.replaceAll('\r\n', '\n')).not.toMatch(UNSAFE)
    expect(mail.text.length).toBeLessThan(20_000)
  }
  expect(headerOf(mails[0], 'subject')).toContain('x\\x0d\\x0aBcc: evil@example.org')
})

test('a real server without STARTTLS gets nothing', async () => {
  const { port, mails } = await startServer({ withoutStartTls: true })
  const { write, close, stats, logged } = open('smtp', port, CA)
  write(SAMPLE_FINDING)
  await until(() => logged.length > 0)
  await close(300)
  expect(stats()).toMatchObject({ written: 0, dropped: 1 })
  expect(mails).toHaveLength(0)
  expect(logged[0]).toMatch(/STARTTLS|TLS/)
})

test('a real server with a certificate of nobody gets nothing', async () => {
  const { port, mails } = await startServer({ secure: true })
  const { write, close, stats, logged } = open('smtps', port)
  write(SAMPLE_FINDING)
  await until(() => logged.length > 0)
  await close(300)
  expect([mails.length, stats().dropped]).toEqual([0, 1])
  expect(logged[0]).toMatch(/self-signed certificate/)
})

test('a real server refuses a password: the findings are kept, the password is told to nobody', async () => {
  const { port } = await startServer({ needsLogin: true })
  const { write, close, stats, logged, deadLetters } = open('smtp', port, `&user=u&passwordFile=${secretFile('wr0ng pass')}${CA}`)
  write(finding('a'), finding('b'))
  await close()
  expect(stats()).toMatchObject({ written: 0, dropped: 2 })
  expect(deadLetters()).toMatchObject([{ reason: expect.stringMatching(/Invalid login/) }, { finding: { id: 'b' } }])
  expect(logged.join('')).not.toContain('wr0ng')
})

test('a real server refuses the text of one finding: the others are delivered', async () => {
  const { port, mails } = await startServer({ refuse: (text) => (text.includes('Finding: bad') ? 554 : undefined) })
  const { write, close, stats, deadLetters } = open('smtp+plain', port)
  for (const id of ['a', 'bad', 'c']) write(finding(id))
  await close()
  expect(stats()).toMatchObject({ written: 2, dropped: 1 })
  expect(deadLetters()).toMatchObject([{ finding: { id: 'bad' } }])
  expect(mails.map(({ isSecure }) => isSecure)).not.toContain(true)
})

test('a real server has no time at first: the same mail comes later, with the same id', async () => {
  let tries = 0
  const { port, mails } = await startServer({ refuse: () => (tries++ === 0 ? 451 : undefined) })
  const { write, close, stats } = open('smtp+plain', port)
  write(finding('a'))
  await until(() => stats().written === 1)
  write(finding('b'))
  await close()
  expect(tries).toBe(3)
  expect(mails).toHaveLength(2)
  expect(headerOf(mails[0], 'message-id')).toMatch(/^<[0-9a-f]{32}@example\.org>$/)
  expect(headerOf(mails[1], 'message-id')).not.toBe(headerOf(mails[0], 'message-id'))
})

test('a real server knows no recipient: nothing is tried in halves', async () => {
  const { port } = await startServer({ refuseRecipient: 550 })
  const { write, close, stats } = open('smtp+plain', port)
  write(finding('a'), finding('b'))
  await close()
  expect(stats()).toMatchObject({ written: 0, dropped: 2 })
})

const WRONG: readonly [sentence: string, spec: string, problem: RegExp][] = [
  ['a plain connection to another host', 'smtp+plain://mail.example.org?from=a@b&to=c@d', /without TLS is not safe/],
  ['a sender with a new line', 'smtp://h?from=a@b%0d%0aBcc:x@y&to=c@d', /from: must be an address/],
  ['a recipient with a bracket', 'smtp://h?from=a@b&to=c@d,%3Ce@f%3E', /to\.1: must be an address/],
  ['a prefix with a new line', 'smtp://h?from=a@b&to=c@d&subjectPrefix=x%0ay', /subjectPrefix: must be printable/],
  ['a user without a password', 'smtp://h?from=a@b&to=c@d&user=u', /belong together/],
]

test.each(WRONG)('%s is refused at start', (_, spec, problem) => {
  expect(() => openSampleOutput(spec)).toThrow(problem)
})
