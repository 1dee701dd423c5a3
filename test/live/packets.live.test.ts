import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { readlinkSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { loadAddon } from '../../src/sources/ebpf/addon.ts'
import { takePackets } from '../../src/sources/ebpf/packets.ts'
import { cannotObserve } from './observe.ts'

/** Sends a datagram to itself every 20 ms, in a network namespace of its own. */
const SENDER = `
  const socket = require('dgram').createSocket('udp4').bind(0, '127.0.0.1', () => {
    setInterval(() => socket.send('words-within-the-namespace', socket.address().port, '127.0.0.1'), 20)
    console.log('ready')
  })`

test('packets of another network namespace are taken, and none of this one', async ({ skip }) => {
  const why = cannotObserve()
  if (why) skip(why)
  const child = spawn('unshare', ['--net', 'sh', '-c', 'ip link set lo up && exec "$0" -e "$1"', process.execPath, SENDER], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const own = createSocket('udp4').bind(0, '127.0.0.1')
  const timer = setInterval(() => own.send('words-outside', own.address().port, '127.0.0.1'), 20)
  const namespace = readlinkSync('/proc/self/ns/net')
  try {
    await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()))
    const begun = performance.now()
    const taken = await takePackets(loadAddon(), child.pid ?? 0, { ms: 400, signal: new AbortController().signal })
    const tookMs = performance.now() - begun
    if (typeof taken === 'string') throw new Error(taken)
    const pcap = Buffer.from(taken.pcap)
    // A number, version 2.4, and LINKTYPE_LINUX_SLL2, as `tcpdump -r` wants them.
    expect([pcap.readUInt32LE(0), pcap.readUInt16LE(4), pcap.readUInt16LE(6), pcap.readUInt32LE(20)]).toEqual([0xa1b23c4d, 2, 4, 276])
    expect(packetsIn(pcap)).toHaveLength(taken.packets)
    expect(taken.packets).toBeGreaterThan(5)
    expect(packetsIn(pcap).every((one) => one.includes('words-within-the-namespace'))).toBe(true)
    expect(pcap.includes('words-outside')).toBe(false)
    expect(tookMs).toBeGreaterThanOrEqual(399)
    expect(readlinkSync('/proc/self/ns/net')).toBe(namespace)
  } finally {
    clearInterval(timer)
    own.close()
    child.kill('SIGKILL')
    await gone
  }
})

/** Each behind its header of 16 bytes. */
function packetsIn(pcap: Buffer): readonly Buffer[] {
  const packets: Buffer[] = []
  for (let at = 24; at < pcap.length; ) {
    const length = pcap.readUInt32LE(at + 8)
    packets.push(pcap.subarray(at + 16, at + 16 + length))
    at += 16 + length
  }
  return packets
}

test('a file that is full is no more than it may be, and what did not fit is counted', async ({ skip }) => {
  const why = cannotObserve()
  if (why) skip(why)
  const own = createSocket('udp4').bind(0, '127.0.0.1')
  await sleep(20)
  const timer = setInterval(() => own.send('x'.repeat(1000), own.address().port, '127.0.0.1'), 5)
  try {
    const taken = await loadAddon().takePackets(process.pid, 300, 4096, 2048)
    if (typeof taken === 'number') throw new Error(`errno ${taken}`)
    expect([taken.pcap.length <= 4096, taken.packets > 0, taken.dropped > 5]).toEqual([true, true, true])
    const short = await loadAddon().takePackets(process.pid, 200, 2 ** 20, 96)
    if (typeof short === 'number') throw new Error(`errno ${short}`)
    expect(Math.max(...packetsIn(short.pcap).map((one) => one.length))).toBe(96 + 20)
  } finally {
    clearInterval(timer)
    own.close()
  }
})

test('of a process that is gone there are none', async ({ skip }) => {
  const why = cannotObserve()
  if (why) skip(why)
  expect(await takePackets(loadAddon(), 4_194_304, { ms: 50, signal: new AbortController().signal })).toBe('the kernel gives none: ENOENT')
})

test('a window ends when it is told to, with what was taken', async ({ skip }) => {
  const why = cannotObserve()
  if (why) skip(why)
  const begun = performance.now()
  const taken = await takePackets(loadAddon(), process.pid, { ms: 30_000, signal: AbortSignal.timeout(200) })
  expect([typeof taken, performance.now() - begun < 10_000]).toEqual(['object', true])
})
