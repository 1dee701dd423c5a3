import { describe, expect, test } from 'vitest'
import type { LiveMessage } from '../../api/services.ts'
import { createLiveHub } from './live-hub.ts'

const changed = (name: string): LiveMessage => ({ kind: 'rules', changed: [name] })

function heard(hub: ReturnType<typeof createLiveHub>, since?: string) {
  const ids: string[] = []
  const names: string[] = []
  const end = hub.subscribe(since, (id, message) => {
    ids.push(id)
    if (message.kind === 'rules') names.push(...message.changed)
  })
  return { ids, names, end }
}

describe('the live hub', () => {
  test('tells what comes after the subscription, until it is ended', () => {
    const hub = createLiveHub('a')
    hub.publish(changed('before'))
    const one = heard(hub)
    hub.publish(changed('while'))
    one.end()
    hub.publish(changed('after'))
    expect(one.names).toEqual(['while'])
  })

  test('tells who comes back what was missed, and nothing twice', () => {
    const hub = createLiveHub('a')
    const first = heard(hub)
    for (const name of ['one', 'two', 'three']) hub.publish(changed(name))
    expect(heard(hub, first.ids[0]).names).toEqual(['two', 'three'])
    expect(heard(hub, first.ids[2]).names).toEqual([])
  })

  test.each(['b-1', 'a-', 'a-x', ''])('takes the id %j of another run, or of none, for a beginning', (id) => {
    const hub = createLiveHub('a')
    hub.publish(changed('one'))
    expect(heard(hub, id).names).toEqual([])
  })

  test('remembers a thousand messages at least, and two thousand at most', () => {
    const hub = createLiveHub('a')
    for (let count = 0; count < 10_000; count++) hub.publish(changed(String(count)))
    const { names } = heard(hub, 'a-0')
    expect(names.length).toBeGreaterThanOrEqual(1000)
    expect(names.length).toBeLessThanOrEqual(2000)
    expect(names.at(-1)).toBe('9999')
  })
})
