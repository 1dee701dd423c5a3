import { expect, test } from 'vitest'
import type { Gathering } from '../section.ts'
import { given } from './given.ts'

test('what the agent knew is kept without the secrets of command lines', async () => {
  const files = new Map<string, string>()
  const masked: string[] = []
  const event = {
    event: { id: 'e1', fields: { 'proc.cmdline': 'mysql --password hunter2 -h db', 'evt.num': 7, 'proc.env': ['API_KEY=abc', 'HOME=/'] } },
  }
  const finding = {
    output: 'Odd call (user=root cmd=curl -H Authorization: Bearer abcdefghijkl https://u:pw@h/ )',
    lineage: [{ cmdline: 'sh -c x' }],
  }
  await given.collect({
    given: [
      { name: 'events', kind: 'ndjson', content: [event, finding] },
      { name: '../x', kind: 'json', content: {} },
    ],
    signal: new AbortController().signal,
    put: async (name: string, content: string) => void files.set(name, content),
    redacted: (_: string, rules: readonly string[]) => masked.push(...rules),
    problem: () => undefined,
  } as unknown as Gathering)
  expect([...files.keys()]).toEqual(['events.ndjson'])
  const [first, second] = (files.get('events.ndjson') ?? '')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(first.event).toEqual({
    id: 'e1',
    fields: {
      'proc.cmdline': 'mysql --password [masked name:password] -h db',
      'evt.num': 7,
      'proc.env': ['API_KEY=[masked name:key]', 'HOME=/'],
    },
  })
  expect(second).toEqual({
    output: 'Odd call (user=root cmd=curl -H Authorization: [masked authorization] https://u:[masked url-password]@h/ )',
    lineage: [{ cmdline: 'sh -c x' }],
  })
  expect(masked.toSorted()).toEqual(['authorization', 'name:key', 'name:password', 'url-password'])
})
