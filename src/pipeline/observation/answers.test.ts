import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { createAnswerServer } from './answers.ts'

let close = (): void => {}
afterEach(() => close())

let asked = 0
const ANSWERS = new Map([
  ['/metrics', () => ({ contentType: 'text/plain', body: `asked ${++asked}\n` })],
  [
    '/bug',
    () => {
      throw new Error('oh')
    },
  ],
])

async function serve(): Promise<number> {
  const server = createAnswerServer({ answers: ANSWERS, hosts: new Set(['127.0.0.1', 'localhost', '::1']) })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  close = () => {
    server.close()
    server.closeAllConnections()
  }
  return (server.address() as AddressInfo).port
}

/** Sends bytes as they are and returns all that comes until the other end closes. */
async function send(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let received = ''
  socket.setEncoding('latin1').on('data', (text: string) => (received += text))
  socket.on('error', () => {})
  socket.write(bytes)
  await once(socket, 'close')
  return received
}

const request = (line: string, host: string, more = ''): string => `${line} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${more}\r\n`

describe('the server of answers', () => {
  test.each<[string, string, number]>([
    ['a path it has is answered', request('GET /metrics', '127.0.0.1:9464'), 200],
    ['its name may be written in other ways', request('GET /metrics', 'LOCALHOST'), 200],
    ['and with brackets', request('GET /metrics', '[::1]:1'), 200],
    ['a question behind the path is refused, which would make each answer a new one', request('GET /metrics?a=b', 'localhost'), 400],
    ['another path is not found', request('GET /', 'localhost'), 404],
    ['nor one that climbs', request('GET /../etc/shadow', 'localhost'), 404],
    ['a web page with a name of its own is refused', request('GET /metrics', 'evil.example'), 421],
    ['also one whose name begins like ours', request('GET /metrics', 'localhost.evil.example:9464'), 421],
    ['and one that hides behind brackets', request('GET /metrics', '[::1].evil.example'), 421],
    ['nothing is written', request('POST /metrics', 'localhost', 'Content-Length: 0\r\n'), 405],
    ['no proxy is made', request('CONNECT evil.example:80', 'localhost'), 0],
    ['a request without Host is refused', 'GET /metrics HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['a header without end is refused', `GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}`, 431],
    ['what is no HTTP is refused', 'hello\r\n\r\n', 400],
    ['a bug is told and ends nothing', request('GET /bug', 'localhost'), 500],
  ])('%s', async (_, bytes, status) => {
    const reply = await send(await serve(), bytes)
    expect(reply === '' ? 0 : Number(reply.split(' ')[1])).toBe(status)
  })

  test('who asks again and again at once gets the same answer', async () => {
    const port = await serve()
    const replies = await Promise.all(Array.from({ length: 8 }, () => send(port, request('GET /metrics', 'localhost'))))
    expect(new Set(replies.map((reply) => reply.split('\r\n\r\n')[1])).size).toBe(1)
  })

  test('connections are bounded', async () => {
    const port = await serve()
    const silent = Array.from({ length: 40 }, () => connect(port, '127.0.0.1'))
    for (const socket of silent) socket.on('error', () => {})
    await expect
      .poll(() => silent.filter((socket) => socket.destroyed || socket.readableEnded).length, { timeout: 5000 })
      .toBeGreaterThanOrEqual(40 - 16)
    for (const socket of silent) socket.destroy()
  })
})

test('who asks more often than 20 times a second is refused, late', async () => {
  const port = await serve()
  const replies = await Promise.all(
    Array.from({ length: 45 }, () => send(port, request('GET /metrics', 'localhost')).catch(() => 'closed')),
  )
  const statuses = replies.map((reply) => reply.split(' ')[1])
  expect(statuses.filter((status) => status === '200').length).toBeLessThanOrEqual(40)
  expect(statuses).toContain('429')
})

test('connections that ask nothing keep nobody out', async () => {
  const port = await serve()
  const idle = Array.from({ length: 40 }, () => connect(port, '127.0.0.1').on('error', () => {}))
  await Promise.all(idle.map((socket) => new Promise((resolve) => socket.once('connect', resolve).once('close', resolve))))
  expect(await send(port, request('GET /metrics', 'localhost'))).toContain('200 OK')
  for (const socket of idle) socket.destroy()
})
