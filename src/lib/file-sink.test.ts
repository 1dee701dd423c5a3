import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createFileSink, type FileSinkOptions } from './file-sink.ts'

const folder = mkdtempSync(join(tmpdir(), 'tarsier-file-sink-'))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0

function sink(options: Partial<FileSinkOptions> = {}) {
  const changes: (string | undefined)[] = []
  const target = options.target ?? join(folder, `out-${files++}`)
  const made = createFileSink({
    target,
    maxBytes: 0,
    keep: 3,
    maxQueuedBytes: 100_000,
    retryMs: 5,
    onChange: (error) => changes.push(error?.code),
    ...options,
  })
  return { sink: made, path: String(target), changes, read: (suffix = '') => readFileSync(target + suffix, 'utf8') }
}

test('lines arrive whole, in order, in a file that only its owner reads', async () => {
  const out = sink()
  for (let n = 0; n < 1000; n++) out.sink.write(`${n}\n`)
  await out.sink.close(1000)
  expect(out.read()).toBe(Array.from({ length: 1000 }, (_, n) => `${n}\n`).join(''))
  expect(out.sink.stats()).toMatchObject({ written: 1000, dropped: 0 })
  expect(statSync(out.path).mode & 0o777).toBe(0o600)
})

test('rotates by size, keeps so many files, and no line is lost or cut', async () => {
  const out = sink({ maxBytes: 20, keep: 2 })
  for (let n = 0; n < 6; n++) {
    out.sink.write(`line ${n} ....\n`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await out.sink.close(1000)
  expect([out.read(), out.read('.1'), out.read('.2')]).toEqual(['line 5 ....\n', 'line 4 ....\n', 'line 3 ....\n'])
  expect(existsSync(`${out.path}.3`)).toBe(false)
})

test('a burst is rotated like a trickle', async () => {
  const out = sink({ maxBytes: 100, keep: 50 })
  const lines = Array.from({ length: 100 }, (_, n) => `line ${n}\n`)
  for (const line of lines) out.sink.write(line)
  await out.sink.close(5000)
  const parts: string[] = [out.read()]
  for (let n = 1; existsSync(`${out.path}.${n}`); n++) parts.unshift(out.read(`.${n}`))
  expect(parts.join('')).toBe(lines.join(''))
  for (const part of parts) expect(part.length).toBeLessThanOrEqual(100)
})

test('after reopen the next line goes to a new file of that name', async () => {
  const out = sink()
  out.sink.write('a\n')
  await new Promise((resolve) => setTimeout(resolve, 30))
  renameSync(out.path, `${out.path}.old`)
  out.sink.reopen()
  out.sink.write('b\n')
  await out.sink.close(1000)
  expect([out.read('.old'), out.read()]).toEqual(['a\n', 'b\n'])
})

test('who can wait loses nothing', async () => {
  const out = sink({ maxQueuedBytes: 100 })
  for (let n = 0; n < 100; n++) {
    await out.sink.room()
    out.sink.write(`line ${n}\n`)
  }
  await out.sink.close(1000)
  expect(out.sink.stats()).toEqual({ written: 100, dropped: 0, queuedBytes: 0, failed: false })
})

test('a full disk is said once, held lines are bounded, the rest is counted', async () => {
  const out = sink({ target: '/dev/full', maxQueuedBytes: 40 })
  for (let n = 0; n < 100; n++) {
    out.sink.write('123456789\n')
    if (n % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 2))
  }
  await out.sink.close(100)
  expect(out.changes).toEqual(['ENOSPC'])
  expect(out.sink.stats()).toEqual({ written: 0, dropped: 100, queuedBytes: 0, failed: true })
})

test('when a full disk has room again, the line that was cut is completed and none is missing', ({ skip }) => {
  if (process.getuid?.() !== 0) skip('mounting a small file system takes root')
  const script = `
    import { execFileSync } from 'node:child_process'
    import { readFileSync, rmSync, writeFileSync } from 'node:fs'
    import { setTimeout as delay } from 'node:timers/promises'
    const { createFileSink } = await import('${join(import.meta.dirname, 'file-sink.ts')}')
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', '${folder}'])
    writeFileSync('${folder}/ballast', Buffer.alloc(32768))
    const changes = []
    const sink = createFileSink({ target: '${folder}/out', maxBytes: 0, keep: 0, maxQueuedBytes: 1e6, retryMs: 20, onChange: (error) => changes.push(error?.code ?? 'ok') })
    const lines = Array.from({ length: 500 }, (_, n) => String(n).padStart(100, '.') + '\\n')
    for (const line of lines) sink.write(line)
    await delay(100)
    rmSync('${folder}/ballast')
    await delay(100)
    await sink.close(1000)
    console.log(JSON.stringify([readFileSync('${folder}/out', 'utf8') === lines.join(''), changes, sink.stats()]))
  `
  const { stdout, stderr } = spawnSync('unshare', ['--mount', process.execPath, '--input-type=module', '-e', script], { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toEqual([true, ['ENOSPC', 'ok'], { written: 500, dropped: 0, queuedBytes: 0, failed: false }])
})

test('a folder that comes later is found by the retry, and the recovery is said', async () => {
  const target = join(folder, 'later', 'out')
  const out = sink({ target })
  out.sink.write('a\n')
  await new Promise((resolve) => setTimeout(resolve, 30))
  const { mkdirSync } = await import('node:fs')
  mkdirSync(join(folder, 'later'))
  await new Promise((resolve) => setTimeout(resolve, 60))
  await out.sink.close(1000)
  expect(out.read()).toBe('a\n')
  expect(out.changes).toEqual(['ENOENT', undefined])
})

test('a folder as target is refused', async () => {
  const out = sink({ target: folder })
  out.sink.write('a\n')
  await new Promise((resolve) => setTimeout(resolve, 20))
  await out.sink.close(100)
  expect(out.changes).toEqual(['EISDIR'])
  expect(out.sink.stats().dropped).toBe(1)
})
