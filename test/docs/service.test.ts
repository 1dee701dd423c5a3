/** The unit that docs/guide/install.md has people copy. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from '../tarsier.ts'

const text = readFileSync(join(ROOT, 'deploy/tarsier.service'), 'utf8')
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0

test.skipIf(!hasSystemd)('systemd takes the unit as it is (needs systemd-analyze)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tarsier-unit-'))
  try {
    const path = join(folder, 'tarsier.service')
    writeFileSync(path, text.replaceAll('/opt/tarsier', ROOT.replace(/\/$/, '')))
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' })
    const own = `${stdout}${stderr}`.split('\n').filter((line) => line.includes('tarsier.service'))
    expect({ status, own }).toEqual({ status: 0, own: [] })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('its options are options of the command', () => {
  const [, options = ''] = /^ExecStart=\S+ run (.*)$/m.exec(text) ?? []
  const help = spawnSync(join(ROOT, 'tarsier'), ['run', '--help'], { encoding: 'utf8' }).stdout
  const names = options.split(' ').filter((word) => word.startsWith('--'))
  expect(names.length).toBeGreaterThan(0)
  for (const name of names) expect(help).toContain(`${name} `)
})
