import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { packTar, type TarHeader, unpackTar } from 'modern-tar'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { EVIDENCE_FORMAT, type EvidenceManifest, type EvidenceVerification } from '../../findings/evidence.ts'
import { exportBundle, showBundle } from './archive/export.ts'
import { hostKey, hostPublicKey } from './archive/key.ts'
import { verifyBundle } from './archive/verify.ts'
import { createBundle } from './archive/write.ts'

let state: string
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'tarsier-archive-'))
})
afterEach(() => rmSync(state, { recursive: true, force: true }))

const NOW = 1_795_000_000_123_000_000
const CONTENTS = {
  'executable/a.bin': 'x'.repeat(700),
  'status/1/stat': '1 (init)',
  'status/1/empty': '',
  'given/events.ndjson': '{"a":1}\n',
}

/** Three files and the seals; the clock goes on by a second with each file. */
async function makeBundle(contents: Readonly<Record<string, string>> = CONTENTS): Promise<string> {
  let now = NOW
  const bundle = await createBundle({ folder: join(state, 'evidence'), id: 'e1', key: hostKey(state), nowNs: () => (now += 1e9) })
  for (const [name, text] of Object.entries(contents)) await bundle.put(name.split('/')[0] ?? '', name, Buffer.from(text))
  const { path } = await bundle.seal((entries, sealedNs) => ({ ...MANIFEST, sealedNs, entries }))
  return path
}

const MANIFEST: EvidenceManifest = {
  ...{ format: EVIDENCE_FORMAT, id: 'e1', begunNs: NOW, sealedNs: NOW, agentVersion: '1' },
  host: { hostname: 'h', kernel: 'k', arch: 'x64', bootId: 'b' },
  target: { kind: 'process', words: 'process 1 (a)', pid: 1, container: null, processes: 1 },
  freeze: { by: 'not', processes: 0, ms: 0, end: 'not-frozen' },
  ...{ interrupted: false, sections: [], entries: [], redactions: [], cuts: [] },
}

const verify = (path: string, given = hostPublicKey(state)): Promise<EvidenceVerification> => verifyBundle(path, { given, host: undefined })

type Unpacked = { header: TarHeader; data: Uint8Array<ArrayBuffer> }[]

/** The archive taken apart, changed and put together again. */
async function rebuild(path: string, change: (files: Unpacked) => Unpacked | undefined): Promise<string> {
  const files = (await unpackTar(zstdDecompressSync(readFileSync(path)))).map(({ header, data }) => ({
    header: strict(header),
    data: data ?? new Uint8Array(),
  }))
  const changed = change(files) ?? files
  const tar = await packTar(changed.map(({ header, data }) => ({ header: { ...header, size: data.length }, body: data })))
  const to = join(state, 'changed.tar.zst')
  writeFileSync(to, zstdCompressSync(tar))
  return to
}

const strict = ({ name, size, mtime, mode, uid, gid }: TarHeader): TarHeader => ({
  ...{ name, size, type: 'file' },
  ...(mtime && { mtime }),
  ...(mode !== undefined && { mode }),
  ...(uid !== undefined && { uid }),
  ...(gid !== undefined && { gid }),
})

function flip(data: Uint8Array, at: number): void {
  data[at] = (data[at] ?? 0) ^ 1
}

const dataOf = (files: Unpacked, name: string): Uint8Array => files.find(({ header }) => header.name === name)?.data ?? new Uint8Array()

test('what was sealed is verified, and is a file of its owner alone', async () => {
  const path = await makeBundle()
  expect(await verify(path)).toMatchObject({ valid: true, problem: undefined, files: 4, bytes: 716, key: { origin: 'given' } })
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(statSync(join(state, 'keys/evidence.pem')).mode & 0o777).toBe(0o600)
  expect(readdirSync(join(state, 'evidence'))).toEqual(['e1.tar.zst'])
})

test('taken apart and put together unchanged it is verified still: the changes below are what breaks it', async () => {
  expect(await verify(await rebuild(await makeBundle(), () => undefined))).toMatchObject({ valid: true })
})

test.each<[string, (files: Unpacked) => Unpacked | undefined, RegExp]>([
  ['a byte of a file', (files) => void flip(dataOf(files, 'executable/a.bin'), 13), /executable\/a\.bin: its SHA-256/],
  ['a byte of the manifest', (files) => void flip(dataOf(files, 'manifest.json'), 25), /manifest\.json/],
  ['a digit of a fact in the manifest', (files) => void swapText(files, 'manifest.json', '"pid":1', '"pid":2'), /time\.json: its imprint/],
  [
    'a link of the chain',
    (files) => void swapText(files, 'manifest.json', /"chain":"./.exec(manifestOf(files))?.[0] ?? '', '"chain":"f'),
    /chain of hashes breaks/,
  ],
  ['a byte of the time', (files) => void swapText(files, 'time.json', '"seconds":1', '"seconds":0'), /signature is not of this manifest/],
  ['a letter of the signature', (files) => void swapSignature(files), /signature is not of this manifest/],
  ['a blank in the signature’s file', (files) => void appendTo(files, 'manifest.sig', ' '), /manifest\.sig is not written/],
  ['a removed file', (files) => files.filter(({ header }) => header.name !== 'status/1/stat'), /status\/1\/stat is missing/],
  ['a removed manifest', (files) => files.filter(({ header }) => header.name !== 'manifest.json'), /manifest\.json is missing/],
  ['an added file', (files) => [extra('status/1/more'), ...files], /status\/1\/more is not in the manifest/],
  ['an added file behind the others', (files) => [...files, extra('zzz')], /zzz is not in the manifest/],
  ['a stamp that is none', (files) => [...files, stamp(files)], /timestamp\.tsr cannot be understood/],
  ['two files in another order', ([a, b, ...files]) => [b, a, ...files] as Unpacked, /stands where executable\/a\.bin belongs/],
  ['another time of a file', (files) => void (files[0] && Object.assign(files[0].header, { mtime: new Date(0) })), /its time is not/],
  ['another owner of a file', (files) => void (files[0] && Object.assign(files[0].header, { uid: 7 })), /bytes that belong to no file/],
  ['a name that leads elsewhere', (files) => [extra('../../etc/cron.d/x'), ...files], /is no name that a bundle has/],
  ['an absolute name', (files) => [extra('/etc/x'), ...files], /is no name that a bundle has/],
  [
    'a link',
    (files) => [{ header: { name: 'l', type: 'symlink', linkname: '/etc', size: 0 }, data: new Uint8Array() }, ...files],
    /no plain file/,
  ],
  ['the same file twice', (files) => [...files.slice(0, 1), ...files], /is there twice/],
])('%s is found', async (_, change, problem) => {
  const verification = await verify(await rebuild(await makeBundle(), change))
  expect([verification.valid, verification.problem]).toEqual([false, expect.stringMatching(problem)])
})

const extra = (name: string): Unpacked[number] => ({ header: { name, size: 1, type: 'file', mode: 0o600 }, data: Uint8Array.from([65]) })

const manifestOf = (files: Unpacked): string => Buffer.from(dataOf(files, 'manifest.json')).toString()

/** At its place, and of the right time. */
const stamp = (files: Unpacked): Unpacked[number] => ({
  header: { ...(files.at(-1) as Unpacked[number]).header, name: 'timestamp.tsr' },
  data: Uint8Array.from([48, 0]),
})

function swapText(files: Unpacked, name: string, from: string, to: string): void {
  const data = dataOf(files, name)
  const text = Buffer.from(data).toString()
  if (!text.includes(from)) throw new Error(`${from} is not in ${name}`)
  data.set(Buffer.from(text.replace(from, to)))
}

/** Its first letter: the last ones of base64 hold bits that mean nothing. */
function swapSignature(files: Unpacked): void {
  const letter = /"signature":"(.)/.exec(Buffer.from(dataOf(files, 'manifest.sig')).toString())?.[1] ?? ''
  swapText(files, 'manifest.sig', `"signature":"${letter}`, `"signature":"${letter === 'A' ? 'B' : 'A'}`)
}

function appendTo(files: Unpacked, name: string, text: string): void {
  const file = files.find(({ header }) => header.name === name)
  if (file !== undefined) file.data = Uint8Array.from([...file.data, ...Buffer.from(text)])
}

test.each<[string, (bytes: Buffer) => Buffer, RegExp]>([
  ['a byte behind its end', (bytes) => Buffer.concat([bytes, Buffer.from('x')]), /1 bytes follow its end/],
  ['another archive behind its end', (bytes) => Buffer.concat([bytes, zstdCompressSync('x')]), /bytes follow its end/],
  ['an end that is missing', (bytes) => bytes.subarray(0, -20), /damaged/],
  ['half of it', (bytes) => bytes.subarray(0, bytes.length / 2), /damaged/],
  ['something else', () => Buffer.from('PK\x03\x04 not an archive'), /damaged/],
  ['nothing', () => Buffer.alloc(0), /damaged|missing/],
  [
    'bytes behind the end within',
    (bytes) => zstdCompressSync(Buffer.concat([zstdDecompressSync(bytes), Buffer.alloc(512)])),
    /belong to no file/,
  ],
  ['bytes between files', (bytes) => zstdCompressSync(padded(zstdDecompressSync(bytes))), /belong to no file/],
])('%s is found', async (_, change, problem) => {
  const path = await makeBundle()
  writeFileSync(path, change(readFileSync(path)))
  const verification = await verify(path)
  expect([verification.valid, verification.problem]).toEqual([false, expect.stringMatching(problem)])
})

/** Behind the 700 bytes of the first file, up to the next header. */
function padded(tar: Buffer): Buffer {
  tar[512 + 700 + 3] = 1
  return tar
}

test('a key that was given has to be the one', async () => {
  const path = await makeBundle()
  const { publicKey } = generateKeyPairSync('ed25519')
  expect(await verify(path, publicKey)).toMatchObject({ valid: false, problem: expect.stringContaining('not with the one that was given') })
  expect(await verifyBundle(path, { given: undefined, host: publicKey })).toMatchObject({ valid: true, key: { origin: 'carried' } })
  expect(await verifyBundle(path, { given: undefined, host: hostPublicKey(state) })).toMatchObject({ valid: true, key: { origin: 'host' } })
})

test('a small archive that unpacks to much is given up', async () => {
  const path = join(state, 'bomb.tar.zst')
  const header = { name: 'status/zeros', size: 64 * 2 ** 20, type: 'file' as const, mode: 0o600, mtime: new Date(0) }
  writeFileSync(path, zstdCompressSync(await packTar([{ header, body: new Uint8Array(header.size) }])))
  const verification = await verifyBundle(path, { given: undefined, host: undefined }, { maxBytes: 2 ** 20 })
  expect(verification).toMatchObject({ valid: false, problem: expect.stringMatching(/unpacks to more than/) })
})

test('a header that promises more than there is does no harm', async () => {
  const path = join(state, 'promise.tar.zst')
  const tar = Buffer.from(await packTar([{ header: { name: 'a', size: 1, type: 'file' }, body: 'x' }]))
  tar.write('77777777777\0', 124)
  tar.write(`${checksum(tar.subarray(0, 512)).toString(8).padStart(6, '0')}\0 `, 148)
  writeFileSync(path, zstdCompressSync(tar))
  expect(await verify(path)).toMatchObject({ valid: false, problem: expect.stringMatching(/damaged/) })
})

const checksum = (header: Buffer): number => header.reduce((sum, byte, index) => sum + (index >= 148 && index < 156 ? 32 : byte), 0)

test('a promised size is kept: less becomes zeros, more is left out', async () => {
  const bundle = await createBundle({ folder: state, id: 'e2', key: hostKey(state), nowNs: () => NOW })
  async function* chunks(): AsyncIterable<Uint8Array> {
    yield Buffer.from('abc')
    yield Buffer.from('def')
  }
  expect([await bundle.stream('s', 's/short', 4, chunks()), await bundle.stream('s', 's/long', 9, chunks())]).toEqual([4, 6])
  const { path } = await bundle.seal((entries, sealedNs) => ({ ...MANIFEST, id: 'e2', sealedNs, entries }))
  const { files } = await showBundle(path, 's', { keys: { given: undefined, host: undefined }, maxBytes: 100 })
  expect(files.map(({ content }) => Buffer.from(content).toString())).toEqual(['abcd', 'def\0\0\0'.padStart(9, 'abc')])
})

test('an abandoned bundle leaves nothing', async () => {
  const bundle = await createBundle({ folder: join(state, 'e'), id: 'e3', key: hostKey(state), nowNs: () => NOW })
  await bundle.put('s', 's/a', Buffer.alloc(3_000_000, 'x'))
  await bundle.abandon()
  expect(readdirSync(join(state, 'e'))).toEqual([])
})

test('a folder that cannot be written to is told', async () => {
  writeFileSync(join(state, 'file'), '')
  const place = { folder: join(state, 'file/evidence'), id: 'e4', key: hostKey(state), nowNs: () => NOW }
  await expect(createBundle(place)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' })
})

test('a private key that others may read is not used', () => {
  hostKey(state)
  chmodSync(join(state, 'keys/evidence.pem'), 0o640)
  expect(() => hostKey(state)).toThrow(expect.objectContaining({ code: 'EVIDENCE_KEY' }))
})

test('it is unpacked when it is verified, into an empty folder alone', async () => {
  const path = await makeBundle()
  const keys = { given: hostPublicKey(state), host: undefined }
  const to = join(state, 'out')
  await exportBundle(path, to, keys)
  expect(Object.keys(CONTENTS).map((name) => readFileSync(join(to, name), 'utf8'))).toEqual(Object.values(CONTENTS))
  expect(statSync(join(to, 'executable/a.bin')).mode & 0o777).toBe(0o600)
  await expect(exportBundle(path, to, keys)).rejects.toMatchObject({ code: 'STORE_FOLDER_NOT_EMPTY' })
  const changed = await rebuild(path, (files) => void flip(dataOf(files, 'executable/a.bin'), 0))
  await expect(exportBundle(changed, join(state, 'out2'), keys)).rejects.toMatchObject({ code: 'EVIDENCE_INVALID' })
  expect(() => statSync(join(state, 'out2'))).toThrow()
})
