import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { AppError } from '../../lib/app-error.ts'
import { takeOwnership } from './owner.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tarsier-owner-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const path = (): string => join(folder, 'spool/owner')

test('a folder is one agent’s until it lets go', () => {
  const letGo = takeOwnership(path())
  expect(() => takeOwnership(path())).toThrow(AppError)
  expect(statSync(path()).mode & 0o777).toBe(0o600)
  letGo()
  expect(existsSync(path())).toBe(false)
  takeOwnership(path())()
})

test('that of an agent that was killed is taken over, even when its pid is another’s by now', async () => {
  const program = `import { takeOwnership } from ${JSON.stringify(new URL('./owner.ts', import.meta.url).href)}
    takeOwnership(process.argv[2])
    console.log('taken')
    setInterval(() => {}, 1000)`
  writeFileSync(join(folder, 'program.ts'), program)
  const child = spawn(process.execPath, [join(folder, 'program.ts'), path()], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  expect(() => takeOwnership(path())).toThrow(`process ${child.pid}`)
  child.kill('SIGKILL')
  await once(child, 'exit')
  takeOwnership(path())()
  writeFileSync(path(), `${process.pid} 12`)
  takeOwnership(path())()
})

test.each(['', 'noise', '-1 2', '1'])('what is no owner (%j) keeps nobody out', (text) => {
  takeOwnership(path())()
  writeFileSync(path(), text)
  takeOwnership(path())()
})
