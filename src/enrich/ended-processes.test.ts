import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createEndedProcesses } from './ended-processes.ts'
import type { ProcessNode } from './process-node.ts'

const PIDS = [1, 2, 3]
const CAPACITY = 4

test('the latest are found by pid and start, and by pid the one that ended last', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PIDS), { maxLength: 30 }), (pids) => {
      const ended = createEndedProcesses(CAPACITY)
      const nodes = pids.map((pid, index) => ({ pid, startNs: 1000 + index }) as ProcessNode)
      nodes.forEach(ended.add)
      const kept = nodes.slice(-CAPACITY)
      expect(ended.size()).toBe(kept.length)
      expect(nodes.filter(({ pid, startNs }) => ended.find(pid, startNs) !== undefined)).toEqual(kept)
      for (const node of kept) expect(ended.find(node.pid, node.startNs)).toBe(node)
      for (const pid of PIDS) expect(ended.last(pid)).toBe(kept.findLast((node) => node.pid === pid))
    }),
  )
})
