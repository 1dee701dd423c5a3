import { expect, test } from 'vitest'
import { parseHostFacts, recordHost, replayHost } from './host-facts.ts'
import type { AccountFiles, ArgumentFacts, HostReader } from './host-reader.ts'
import { sampleFacts, sampleHost, sampleUsage } from './sample-host.ts'

const accounts: AccountFiles = { version: '1', passwd: 'root:x:0:0::/:/\n', group: '', uidMap: '', gidMap: '' }

function asked(host: HostReader): unknown[] {
  const answers: unknown[] = []
  const note = (answer: ArgumentFacts | AccountFiles | undefined) => answers.push(answer)
  answers.push(
    host.hostname,
    host.process(1),
    host.process(2),
    host.cgroup(1),
    host.cgroup(1),
    host.cgroup(1),
    host.cgroup(1),
    host.cgroups(),
    host.usage(1, 7),
    host.usage(1, 8),
  )
  host.arguments(1, note)
  host.accounts(1, 200, note)
  answers.push(host.file('/a', 10), host.file('/__proto__', 10), host.directory('/d'))
  return answers
}

test('a replay gives the answers that were recorded, in their order, and nothing to other questions', () => {
  let cgroups = 0
  const recording = recordHost(
    sampleHost({
      process: (pid) => (pid === 1 ? sampleFacts() : undefined),
      usage: (_, tid) => (tid === 7 ? sampleUsage() : undefined),
      cgroup: () => (++cgroups < 3 ? '0::/a\n' : '0::/b\n'),
      cgroups: () => [[7, '/a']],
      arguments: (_, done) => done({ startTicks: 1, cmdline: 'a\0\xff\0', environ: '' }),
      accounts: (_, __, done) => done(accounts),
      file: (path) => (path === '/a' ? { text: 'x', mtimeNs: 1 } : undefined),
      directory: () => ['k8s.io'],
    }),
  )
  const live = asked(recording.host)
  const facts = parseHostFacts(JSON.parse(JSON.stringify(recording.facts())))
  const replay = replayHost(facts)
  expect(asked(replay)).toEqual(live)
  expect(replay.cgroup(1)).toBe('0::/b\n')
  expect([replay.process(99), replay.file('/etc/shadow', 10), replay.pids()]).toEqual([undefined, undefined, undefined])
})

test.each([
  ['nothing', null],
  ['another version', { ...recordHost(sampleHost()).facts(), version: 2 }],
  ['a number for a text', { ...recordHost(sampleHost()).facts(), cgroup: { 1: [[1, 5]] } }],
  ['a negative count', { ...recordHost(sampleHost()).facts(), cgroup: { 1: [[-1, 'x']] } }],
])('damaged facts are refused: %s', (_, json) => {
  expect(() => parseHostFacts(json)).toThrow(/host facts of the recording are damaged/)
})
