/** What the guide shows is true: its blocks are run, page by page. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type GuideBlock, guideBlocks, missingLine } from './guide-blocks.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const GUIDE = join(ROOT, 'docs/guide')
const PAGES = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  ...markdownIn('docs/guide'),
  ...markdownIn('docs/decisions'),
  ...markdownIn('docs/reference'),
]

function markdownIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name))
}

function runBlock(folder: string, block: GuideBlock): void {
  if (block.kind === 'file') {
    writeFileSync(join(folder, block.name), `${block.text}\n`)
    return
  }
  const { status, stdout, stderr } = spawnSync('/bin/bash', ['-c', block.text], { cwd: folder, encoding: 'utf8' })
  const printed = `${stdout}${stderr}`
  expect(status, `line ${block.line} ended with ${status}:\n${printed}`).toBe(block.exitCode)
  expect(missingLine(block.output, printed), `line ${block.line} printed:\n${printed}`).toBeUndefined()
}

test.each(readdirSync(GUIDE).filter((name) => name.endsWith('.md')))('the blocks of docs/guide/%s run as it says', (page) => {
  const folder = mkdtempSync(join(tmpdir(), 'tarsier-guide-'))
  try {
    for (const name of ['tarsier', 'rules', 'test']) symlinkSync(join(ROOT, name), join(folder, name))
    for (const block of guideBlocks(readFileSync(join(GUIDE, page), 'utf8'))) runBlock(folder, block)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test.each(PAGES)('the links of %s lead somewhere', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8')
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target.replace(/#.*$/, ''))
  const dead = targets.filter((target) => target !== '' && !/^[a-z]+:/.test(target) && !existsSync(join(ROOT, dirname(page), target)))
  expect(dead).toEqual([])
})

describe('the reader of blocks', () => {
  test('finds files, commands and their output', () => {
    const page =
      '```yaml file=a.yaml\nx: 1\n```\n```sh run exit=3\n./tarsier\n```\n```text output\nhello … world\n```\n```sh\nfor reading\n```'
    expect(guideBlocks(page)).toEqual([
      { kind: 'file', name: 'a.yaml', exitCode: 0, line: 1, text: 'x: 1', output: [] },
      { kind: 'run', name: '', exitCode: 3, line: 4, text: './tarsier', output: ['hello … world'] },
    ])
  })

  test('refuses output without a command, and unknown marks', () => {
    expect(() => guideBlocks('```text output\nx\n```')).toThrow('output of what?')
    expect(() => guideBlocks('```sh rum\nx\n```')).toThrow('says neither')
  })

  test('compares lines in order, with gaps', () => {
    expect(missingLine(['a…c', 'd'], '0\nabc\n1\nd\n')).toBeUndefined()
    expect(missingLine(['d', 'a'], 'a\nd\n')).toBe('a')
  })
})
