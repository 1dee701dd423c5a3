import type { Section } from '../section.ts'

export const packets: Section = {
  name: 'packets',
  doc: 'Packets of the network namespace of the first process, taken for a while before it was frozen.',
  maxBytes: 256 * 2 ** 20,
  maxMs: 30_000,
  isWanted: (options) => options.packets !== undefined,
  collect: async ({ packets: taken, put, json, problem }) => {
    if (taken === undefined) return
    if (typeof taken === 'string') return problem('packets', taken)
    await put('window.pcap', taken.pcap)
    await json('window.json', { packets: taken.packets, dropped: taken.dropped, bytes: taken.pcap.length })
    if (taken.dropped > 0) problem('packets', `${taken.dropped} more came than there was room for`)
  },
}
