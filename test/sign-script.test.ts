/** Scripts of responses are signed by the command, as the action that runs them wants it. */
import { spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isSignedBy, SCRIPT_PURPOSE } from '../src/lib/named-signature.ts'

const CLI = fileURLToPath(new URL('../src/bin/cli.ts', import.meta.url))

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tarsier-sign-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const sign = (script: string, key: string) =>
  spawnSync(process.execPath, [CLI, 'respond', 'sign-script', script, '--key', key], { encoding: 'utf8' })

test('a script is signed by name, and a key that is none is said', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const key = join(folder, 'team.pem')
  writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  const script = join(folder, 'mine.sh')
  writeFileSync(script, '#!/bin/sh\necho signed\n')
  expect(sign(script, key).stdout).toBe(`${script}.sig: signed as mine.sh\n`)
  const signature = readFileSync(`${script}.sig`, 'utf8')
  const as = (name: string): boolean => isSignedBy({ purpose: SCRIPT_PURPOSE, name }, readFileSync(script), { signature, key: publicKey })
  expect([as('mine.sh'), as('other.sh')]).toEqual([true, false])
  expect(sign(script, script).stderr).toContain('is no key that scripts can be signed with')
})
