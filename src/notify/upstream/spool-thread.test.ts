import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { until } from '../../../test/tarsier.ts'
import { newChunkMemory } from './chunks.ts'
import { keepSpoolThread } from './spool-thread.ts'

test('a thread that fails is said, and another takes its place, until it is ended', async () => {
  const said: string[] = []
  const say = (message: string, facts = {}): void => void said.push(`${message} ${JSON.stringify(facts)}`)
  let deaths = 0
  const thread = keepSpoolThread({
    // Too small for what the thread would count in it.
    settings: {
      folder: '/nowhere',
      socketPath: '/nobody',
      hostname: 'h',
      maxBytes: { findings: 1, history: 1 },
      counters: new SharedArrayBuffer(1),
      chunks: newChunkMemory(),
    },
    log: { debug: say, info: say, warning: say, error: say },
    onDeath: () => void deaths++,
  })
  await until(
    () => deaths === 2,
    15_000,
    () => said.join('\n'),
  )
  expect(said[0]).toContain('the thread that keeps findings for the server failed')
  await thread.end(0)
  const last = deaths
  await delay(1500)
  expect(deaths).toBe(last)
})
