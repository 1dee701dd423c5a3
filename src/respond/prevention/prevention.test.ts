import { expect, test } from 'vitest'
import type { PreventHandle, PreventNative } from './native.ts'
import { openPrevention, type PreventionListener } from './prevention.ts'

const ASK = 2
const DONE = 4

function message(kind: number, id: number, bytes: number): Buffer {
  const head = Buffer.alloc(bytes)
  head.writeUInt32LE(kind, 0)
  head.writeUInt32LE(id, 4)
  head.writeUInt32LE(1, 8)
  return head
}

test('what became of an answer is heard, however many before it never were told of', () => {
  const heard: number[] = []
  let say: (bytes: Buffer | null) => void = () => undefined
  const native: PreventNative = {
    preventStart: (_, onMessage) => {
      say = onMessage
      return {} as PreventHandle
    },
    ...{ preventUse: () => 0, preventAnswer: () => 0, preventOrder: () => 0, preventCounters: () => [] },
    ...{ preventPid: () => 1, preventStop: () => undefined },
  }
  let asked = 0
  const listener: PreventionListener = {
    onAsk: (_, answer) => {
      const number = ++asked
      answer({ deny: true, keep: true }, () => heard.push(number))
    },
    ...{ onTold: () => undefined, onBlocked: () => undefined, onFile: () => undefined },
    ...{ onReady: () => undefined, onMount: () => undefined, onEnded: () => undefined },
  }
  openPrevention(native, '/helper', listener)
  for (let id = 1; id <= 1500; id++) say(message(ASK, id, 120))
  for (const id of [1, 1500, 1500]) say(message(DONE, id, 16))
  expect([asked, heard]).toEqual([1500, [1500]])
})
