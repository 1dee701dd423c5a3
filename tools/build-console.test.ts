/** The console as it is built: small enough, and nothing in it that a strict content security policy would refuse. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, mergeConfig } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { consoleConfig } from './console-config.ts'

interface Chunk {
  readonly file: string
  readonly isEntry?: boolean
  readonly imports?: readonly string[]
  readonly css?: readonly string[]
}

const MAIN_BYTES = 300 * 1024
const PAGE_BYTES = 300 * 1024
let place: string
let manifest: Readonly<Record<string, Chunk>>

beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'tarsier-console-'))
  const config = consoleConfig(fileURLToPath(new URL('..', import.meta.url)), place)
  await build(mergeConfig(config, { build: { manifest: 'manifest.json' } }))
  manifest = JSON.parse(readFileSync(join(place, 'manifest.json'), 'utf8'))
}, 120_000)

afterAll(() => rmSync(place, { recursive: true, force: true }))

const gzipped = (file: string): number => gzipSync(readFileSync(join(place, file))).length

/** With everything that it cannot begin without. */
function filesOf(name: string, known = new Set<string>()): Set<string> {
  const chunk = manifest[name]
  if (chunk === undefined || known.has(chunk.file)) return known
  known.add(chunk.file)
  for (const file of chunk.css ?? []) known.add(file)
  for (const one of chunk.imports ?? []) filesOf(one, known)
  return known
}

const entry = (): string => Object.entries(manifest).find(([, chunk]) => chunk.isEntry)?.[0] ?? ''

test('what comes before the first page is at most 300 KiB over the wire', () => {
  const files = [...filesOf(entry())]
  expect(files.length).toBeGreaterThan(1)
  expect(files.reduce((sum, file) => sum + gzipped(file), 0)).toBeLessThanOrEqual(MAIN_BYTES)
})

test('no page adds more than 300 KiB', () => {
  const main = filesOf(entry())
  const pages = Object.keys(manifest).filter((name) => /^pages\//.test(name))
  const large = pages
    .map((name) => ({ name, bytes: [...filesOf(name)].filter((file) => !main.has(file)).reduce((sum, file) => sum + gzipped(file), 0) }))
    .filter(({ bytes }) => bytes > PAGE_BYTES)
  expect(pages.length).toBeGreaterThan(3)
  expect(large).toEqual([])
})

test('the page has no script, style or handler of its own, and names no other site', () => {
  const html = readFileSync(join(place, 'index.html'), 'utf8')
  expect(html.match(/<script(?![^>]*\ssrc=)[^>]*>/g)).toBeNull()
  expect(html.match(/<style|\sstyle=|\son[a-z]+=|https?:/gi)).toBeNull()
})

test('no script makes code from text', () => {
  const scripts = readdirSync(place, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.js'))
  const guilty = scripts.filter((path) => /\bnew Function\(|[^.\w]eval\(/.test(readFileSync(join(place, path), 'utf8')))
  expect([scripts.length > 3, guilty]).toEqual([true, []])
})

test('styles take fonts and pictures from here alone', () => {
  const styles = readdirSync(place, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.css'))
  const urls = styles.flatMap((path) => readFileSync(join(place, path), 'utf8').match(/url\([^)]*\)/g) ?? [])
  expect(urls.filter((url) => !/^url\(["']?\/assets\//.test(url))).toEqual([])
})
