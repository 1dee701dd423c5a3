import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const FILE = join(import.meta.dirname, 'exit-now.ts')

function exitWith(script: string) {
  const code = `import fs from 'node:fs'; const { exitNow } = await import('${FILE}'); ${script}`
  return spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', code], {
    timeout: 5000,
    encoding: 'utf8',
  })
}

test('ends with its code', () => {
  expect(exitWith('exitNow(7)')).toMatchObject({ status: 7, stderr: '' })
})

test('ends with its code although a thread hangs in a file that never answers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tarsier-exit-'))
  spawnSync('mkfifo', [join(folder, 'fifo')])
  const hang = `fs.open('${folder}/fifo', 'r', () => {}); setTimeout(() => exitNow(7), 50)`
  expect(exitWith(hang)).toMatchObject({ status: 7, signal: null, stderr: '' })
  rmSync(folder, { recursive: true })
})
