/** The committed recording, which `npm run dev` replays: every step of its story (tools/demo/scenario.sh) is found, and nothing of what is ordinary. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const STORY = [
  'Model server started a shell',
  'Discovery command driven from the network',
  'Cloud or model-hub credentials read by an unusual program',
  'Program run from a hidden file or folder',
  'Freshly written program run from a temporary folder',
  'Password file read by an unusual program',
  'Program run from memory',
  'Shell uses the network pseudo-device',
  'Socket put on a standard stream',
  'Shell started on a network connection',
  'Scheduled job written',
  'SSH authorized keys changed',
  'Model weights read by a copy or transfer tool',
  'Shell history removed or disabled',
]

function replay(): { readonly rule: string; readonly output: string }[] {
  const { status, stdout, stderr } = spawnSync(`${ROOT}tarsier`, ['replay', 'test/recordings/demo.tsr', '--format', 'json'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  expect(status, stderr).toBe(0)
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

test('the story is found from its first step to its last', () => {
  const rules = [...new Set(replay().map(({ rule }) => rule))]
  expect(rules.toSorted()).toEqual(STORY.toSorted())
})

test('a finding names process, file and lineage', () => {
  const found = replay().find(({ rule }) => rule === 'Password file read by an unusual program')
  expect(found).toMatchObject({
    hostname: 'inference-1',
    output_fields: { 'fd.name': '/etc/shadow', 'proc.exepath': '/tmp/.helper', 'proc.pname': 'bash' },
  })
  expect(JSON.stringify(found)).toContain('bash /srv/scenario.sh')
})
