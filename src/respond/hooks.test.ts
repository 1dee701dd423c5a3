/** Webhooks against a server that checks signatures, and scripts that are signed, changed, and that misbehave. */
import { spawn, spawnSync } from 'node:child_process'
import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { selfSigned } from '../../test/self-signed.ts'
import { createLog } from '../lib/log.ts'
import { SCRIPT_PURPOSE, signNamed } from '../lib/named-signature.ts'
import type { ActionContext, Done } from './action.ts'
import { callWebhook } from './actions/call-webhook.ts'
import { runScriptAction } from './actions/run-script.ts'
import { signalByPid } from './evidence/freeze.ts'
import { folderOf } from './host/cgroups.ts'
import { killGroup } from './host/kill-group.ts'
import type { Native } from './native.ts'
import type { ActionSubject } from './subject.ts'

const CGROUPS = spawnSync('findmnt', ['-n', '-t', 'cgroup2', '-o', 'TARGET'], { encoding: 'utf8' }).stdout?.trim().split('\n')[0] ?? ''

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tarsier-hooks-'))
})
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
  rmSync(folder, { recursive: true, force: true })
})

const context = (more: Partial<ActionContext> = {}): ActionContext => ({
  native: { signalProcess: signalByPid('/proc') } as unknown as Native,
  proc: '/proc',
  cgroups: CGROUPS,
  state: join(folder, 'state'),
  nowNs: () => 1_700_000_000_000_000_000,
  log: createLog({ write: () => undefined, format: 'text', level: 'error', colour: false, nowNs: () => 0 }),
  signal: new AbortController().signal,
  ...more,
})

const SUBJECT: ActionSubject = {
  hostname: 'host one',
  findingId: 'f-1',
  process: { pid: 4711, startNs: 81_234_567_890, name: 'x; rm -rf /', exePath: '/tmp/$(id)' },
  container: { id: 'ab"\n$(id)', name: '--privileged', image: undefined, pod: { namespace: 'shop', name: 'web', uid: undefined } },
  file: '/tmp/\u001b[2J',
  address: { ip: '10.0.0.1', port: 443 },
}

/** A link there, or a folder, in place of the file. */
function relink(target: string | undefined, path: string): void {
  rmSync(path)
  if (target === undefined) mkdirSync(path)
  else symlinkSync(target, path)
}

const servers: Server[] = []
type Handler = (request: IncomingMessage, body: string, response: ServerResponse) => void

async function serve(handler: Handler, tls?: { readonly cert: string; readonly key: string }): Promise<string> {
  const listener = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = ''
    for await (const chunk of request) body += chunk
    handler(request, body, response)
  }
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}/hook?x=1`
}

describe('call-webhook', () => {
  const secret = 'correct horse battery staple'
  const secretFile = (): string => {
    const path = join(folder, 'secret')
    writeFileSync(path, `${secret}\n`, { mode: 0o600 })
    return path
  }
  const call = (settings: object, more: Partial<ActionContext> = {}): Promise<Done> =>
    callWebhook.run(
      SUBJECT,
      callWebhook.schema.parse({ secretFile: secretFile(), timeoutMs: 500, retries: 0, ...settings }) as never,
      context(more),
    )

  test('sends the subject over TLS, signed so that the other end can check it', async () => {
    const tls = selfSigned()
    const seen: { headers: IncomingMessage['headers']; body: string }[] = []
    const url = await serve(({ headers }, body, response) => {
      seen.push({ headers, body })
      response.writeHead(202).end('queued')
    }, tls)
    const caFile = join(folder, 'ca.pem')
    writeFileSync(caFile, tls.cert)
    const done = await call({ url, caFile, note: 'for night shift' })
    const [request] = seen
    const timestamp = request?.headers['x-tarsier-timestamp']
    expect(timestamp).toBe('1700000000')
    const expected = createHmac('sha256', secret).update(`${timestamp}.${request?.body}`).digest('hex')
    expect(request?.headers['x-tarsier-signature']).toBe(`v1=${expected}`)
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      version: 1,
      note: 'for night shift',
      process: { pid: 4711, name: 'x; rm -rf /' },
      container: { pod: { namespace: 'shop', uid: null } },
    })
    expect(await callWebhook.verify(SUBJECT, {} as never, done, context())).toEqual({
      verified: true,
      summary: 'the answer was 202: queued',
    })
  })

  test('tries again after 503, 429 and a broken connection, with one name for all tries', async () => {
    const deliveries: unknown[] = []
    const url = await serve((request, _, response) => {
      deliveries.push(request.headers['x-tarsier-delivery'])
      if (deliveries.length === 1) response.writeHead(503).end()
      else if (deliveries.length === 2) request.socket.destroy()
      else if (deliveries.length === 3) response.writeHead(429).end()
      else response.end()
    })
    expect((await call({ url, retries: 3 })).detail).toMatchObject({ status: 200, tries: 4 })
    expect(deliveries).toHaveLength(4)
    expect(new Set(deliveries).size).toBe(1)
  })

  test('gives up after as many tries as it was given', async () => {
    let tries = 0
    const url = await serve((_request, _body, response) => {
      tries++
      response.writeHead(500).end('no disk')
    })
    await expect(call({ url, retries: 1 })).rejects.toThrow(/answered 500: no disk/)
    expect(tries).toBe(2)
  })

  test.each([
    ['a refusal is not tried again', 403],
    ['a redirection is not followed', 307],
  ])('%s', async (_, status) => {
    let tries = 0
    const url = await serve((request, _body, response) => {
      tries++
      response.writeHead(status, { location: `http://${request.headers.host}/elsewhere` }).end()
    })
    await expect(call({ url, retries: 3 })).rejects.toThrow(`answered ${status}`)
    expect(tries).toBe(1)
  })

  test('a server that hangs, or talks without end', async () => {
    const silent = await serve((_request, _body, response) => setTimeout(() => response.destroy(), 1_500).unref())
    await expect(call({ url: silent, timeoutMs: 200 })).rejects.toThrow('no answer within 200 ms')
    const loud = await serve((_request, _body, response) => {
      response.on('error', () => undefined)
      for (let chunk = 0; chunk < 32; chunk++) response.write(Buffer.alloc(1 << 18))
    })
    await expect(call({ url: loud })).rejects.toThrow('the answer is larger than 1048576 bytes')
  })

  test('a certificate of another authority', async () => {
    const url = await serve((_request, _body, response) => response.end(), selfSigned())
    await expect(call({ url })).rejects.toThrow(/self-signed|unable to verify/)
  })

  test.each([
    'http://example.com/',
    'ftp://127.0.0.1/',
    'https://user:word@example.com/',
    'http://127.0.0.1.example.com/',
    'http://localhost.example/',
    'file:///etc/passwd',
  ])('%s is not called', (url) => {
    expect(callWebhook.schema.safeParse({ url, secretFile: '/x' }).success).toBe(false)
  })

  test.each([
    ['others can read', () => chmodSync(join(folder, 'secret'), 0o644), 'others than root can read'],
    ['is too short', () => writeFileSync(join(folder, 'secret'), 'short\n'), 'shorter than 16 bytes'],
    ['is a link', () => relink('/etc/hostname', join(folder, 'secret')), 'ELOOP'],
  ])('a secret that %s is not used', async (_, spoil, message) => {
    const path = secretFile()
    spoil()
    const config = callWebhook.schema.parse({ url: 'http://127.0.0.1:9/', secretFile: path }) as never
    await expect(callWebhook.run(SUBJECT, config, context())).rejects.toThrow(message)
  })
})

describe('run-script', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const scripts = (): string => join(folder, 'scripts')
  const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString()

  beforeEach(({ skip }) => {
    if (CGROUPS === '' || process.getuid?.() !== 0) skip('scripts are kept in control groups of version 2, which only root can make')
    mkdirSync(join(folder, 'state/keys/scripts'), { recursive: true, mode: 0o700 })
    mkdirSync(scripts(), { mode: 0o755 })
    writeFileSync(join(folder, 'state/keys/scripts/team.pub'), pem(publicKey))
  })

  function write(name: string, text: string, { key = privateKey, signedAs = name } = {}): void {
    writeFileSync(join(scripts(), name), text, { mode: 0o644 })
    writeFileSync(join(scripts(), `${name}.sig`), signNamed({ purpose: SCRIPT_PURPOSE, name: signedAs }, Buffer.from(text), key))
  }
  const run = (script: string, more: object = {}): Promise<Done> =>
    runScriptAction.run(SUBJECT, runScriptAction.schema.parse({ script, folder: scripts(), ...more }) as never, context())

  /** Control groups and copies that are left. */
  const left = (): string[] => [
    ...readdirSync(folderOf('/proc', CGROUPS, process.pid) ?? '').filter((name) => name.startsWith('tarsier-script-')),
    ...(existsSync(join(folder, 'state/script-runs')) ? readdirSync(join(folder, 'state/script-runs')) : []),
  ]
  afterEach(() => expect(left()).toEqual([]))

  test('runs without a shell, with the subject as JSON and next to no environment', async () => {
    write(
      'tell.sh',
      `#!/bin/sh\n/usr/bin/env -0 | /usr/bin/sort -z > ${folder}/env\n/bin/cat > ${folder}/input\n/bin/cat /proc/self/cgroup > ${folder}/group\n/bin/grep -E "^Sig(Ign|Blk)" /proc/self/status > ${folder}/signals\necho fine\n`,
    )
    const done = await run('tell.sh')
    expect(done).toMatchObject({
      summary: 'tell.sh (signed with team.pub) ended well',
      detail: { output: 'fine\n', exitCode: 0, gone: true },
    })
    const environment = readFileSync(join(folder, 'env'), 'utf8')
      .split('\0')
      .filter((line) => !/^(PWD|OLDPWD|_|SHLVL)=/.test(line))
    expect(environment.filter(Boolean)).toEqual([
      'TARSIER_CONTAINER_ID=ab____id_',
      'TARSIER_FINDING_ID=f-1',
      'TARSIER_HOSTNAME=host_one',
      'TARSIER_PID=4711',
      'TARSIER_SCRIPT=tell.sh',
      'TARSIER_START_NS=81234567890',
      'TARSIER_VERSION=1',
    ])
    expect(JSON.parse(readFileSync(join(folder, 'input'), 'utf8'))).toMatchObject({
      file: '/tmp/\u001b[2J',
      process: { exePath: '/tmp/$(id)' },
    })
    expect(readFileSync(join(folder, 'group'), 'utf8')).toMatch(/^0::.*\/tarsier-script-[0-9a-f]{16}$/m)
    expect(readFileSync(join(folder, 'signals'), 'utf8')).toBe('SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n')
    expect(await runScriptAction.verify(SUBJECT, {} as never, done, context())).toMatchObject({ verified: true })
  })

  test('an exit code other than 0 is a failure, with what it said', async () => {
    write('bad.sh', '#!/bin/sh\necho out; echo err >&2; exit 3\n')
    await expect(run('bad.sh')).rejects.toThrow(/bad\.sh ended with 3: (out\nerr|err\nout)/)
  })

  test('when its time is over it is killed with all that it started, also what has left its session', async () => {
    const marker = `${Date.now()}.5`
    write('slow.sh', `#!/bin/sh\nsetsid sleep ${marker} &\nsetsid sh -c 'setsid sleep ${marker} & wait' &\nsleep ${marker}\n`)
    await expect(run('slow.sh', { timeoutMs: 700 })).rejects.toThrow('took longer than 700 ms and was killed')
    expect(spawnSync('pgrep', ['-f', `sleep ${marker}`], { encoding: 'utf8' }).stdout).toBe('')
  })

  test('what it leaves running is ended with it', async () => {
    const marker = `${Date.now()}.25`
    write('leave.sh', `#!/bin/sh\nsetsid sleep ${marker} >/dev/null 2>&1 &\nexit 0\n`)
    const done = await run('leave.sh')
    expect(done.summary).toBe('leave.sh (signed with team.pub) ended well; what it had left running was ended')
    expect(spawnSync('pgrep', ['-f', `sleep ${marker}`], { encoding: 'utf8' }).stdout).toBe('')
  })

  test('before there was a cgroup.kill, whoever is in the group is killed one by one', async () => {
    const child = spawn('sleep', ['60'])
    const ended = once(child, 'exit')
    const old = join(folder, 'group')
    mkdirSync(join(old, 'below'), { recursive: true })
    writeFileSync(join(old, 'cgroup.procs'), '4194304\n')
    writeFileSync(join(old, 'below/cgroup.procs'), `0\n${child.pid}\n`)
    killGroup(old, context())
    expect((await ended)[1]).toBe('SIGKILL')
    expect(existsSync(join(old, 'cgroup.kill'))).toBe(false)
    expect(() => killGroup(join(folder, 'gone'), context())).not.toThrow()
  })

  test('who says too much is killed', async () => {
    write('loud.sh', '#!/bin/sh\nwhile :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done\n')
    await expect(run('loud.sh', { maxOutputBytes: 5000 })).rejects.toThrow('said more than 5000 bytes and was killed')
  })

  test('the bytes that were checked are run, whatever happens to the file meanwhile', async () => {
    write('self.sh', `#!/bin/sh\necho 'echo evil' >> ${scripts()}/self.sh\necho good\n`)
    expect((await run('self.sh')).detail).toMatchObject({ output: 'good\n' })
    await expect(run('self.sh')).rejects.toThrow('it was changed, or never signed by a key that counts')
  })

  const other = generateKeyPairSync('ed25519').privateKey
  test.each<[string, () => void, string]>([
    ['was changed', () => writeFileSync(join(scripts(), 'x.sh'), '#!/bin/sh\necho evil\n'), 'it was changed'],
    ['was signed under another name', () => write('x.sh', '#!/bin/sh\n', { signedAs: 'y.sh' }), 'never signed'],
    ['was signed with another key', () => write('x.sh', '#!/bin/sh\n', { key: other }), 'never signed'],
    ['has no signature', () => rmSync(join(scripts(), 'x.sh.sig')), 'ENOENT'],
    ['has an empty signature', () => writeFileSync(join(scripts(), 'x.sh.sig'), ''), 'never signed'],
    ['others can write', () => chmodSync(join(scripts(), 'x.sh'), 0o666), 'others than root can write'],
    ['lies where others can write', () => chmodSync(scripts(), 0o777), 'others than root can write in'],
    ['is a link', () => relink('/bin/sh', join(scripts(), 'x.sh')), 'ELOOP'],
    ['is a folder', () => relink(undefined, join(scripts(), 'x.sh')), 'is no regular file'],
    ['is no script', () => write('x.sh', 'echo x\n'), 'does not begin with #!'],
    ['is larger than a megabyte', () => write('x.sh', `#!/bin/sh\n${'#'.repeat(1 << 20)}`), 'is larger than 1048576 bytes'],
    ['no key is for', () => rmSync(join(folder, 'state/keys/scripts/team.pub')), 'there is no key in'],
    ['has a key that others can write', () => chmodSync(join(folder, 'state/keys/scripts/team.pub'), 0o666), 'others than root can write'],
  ])('a script that %s is not run', async (_, spoil, message) => {
    write('x.sh', `#!/bin/sh\ntouch ${folder}/ran\n`)
    spoil()
    await expect(run('x.sh')).rejects.toThrow(message)
    expect(existsSync(join(folder, 'ran'))).toBe(false)
  })

  test.each(['../x.sh', '/etc/passwd', 'a/../../x', '-rf', '.hidden', 'a//b', 'x\n', ''])('%j is no name of a script', (script) => {
    expect(runScriptAction.schema.safeParse({ script }).success).toBe(false)
  })
})
