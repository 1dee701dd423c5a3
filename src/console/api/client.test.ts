import { afterEach, expect, test } from 'vitest'
import { get, queryText, send, setCsrfToken } from './client.ts'
import { problemOf, readProblem } from './problem.ts'

const realFetch = globalThis.fetch
let asked: { readonly url: string; readonly init: RequestInit }[] = []

/** The network is not ours: it stands in for it. */
function answer(make: () => Response): void {
  asked = []
  globalThis.fetch = async (url, init) => {
    asked.push({ url: String(url), init: init ?? {} })
    return make()
  }
}

afterEach(() => {
  globalThis.fetch = realFetch
  setCsrfToken(undefined)
})

const problemFrom = async (asking: Promise<unknown>) => problemOf(await asking.catch((error: unknown) => error))

test('lists are repeated keys, and what is not there is left out', () => {
  expect(queryText({ a: ['x', 'y&z'], b: undefined, c: '', d: 5, e: false, f: [] })).toBe('?a=x&a=y%26z&d=5&e=false')
})

test('what changes something carries the token of the session, what reads does not', async () => {
  answer(() => Response.json({}))
  setCsrfToken('token')
  await get('/rules')
  await send('POST', '/rules', { yaml: '' })
  const tokens = asked.map(({ init }) => (init.headers as Record<string, string>)['x-csrf-token'])
  expect([asked.map(({ url }) => url), tokens]).toEqual([
    ['/api/rules', '/api/rules'],
    [undefined, 'token'],
  ])
})

test('an answer without a body is nothing', async () => {
  answer(() => new Response(null, { status: 204 }))
  expect(await send('DELETE', '/session')).toBeUndefined()
})

test.each<[sentence: string, make: () => Response, code: string, status: number]>([
  [
    'a problem is told with its code',
    () => Response.json({ code: 'RULE_BAD', title: 'Bad', detail: 'It is bad', fix: 'Mend it' }, { status: 422 }),
    'RULE_BAD',
    422,
  ],
  ['a page of a proxy is told as what it is', () => new Response('<html>502</html>', { status: 502 }), 'UNREADABLE', 502],
  ['a success that is no JSON is told', () => new Response('<html>', { status: 200 }), 'UNREADABLE', 200],
  ['a server that is not there is told', () => Response.error(), 'UNREADABLE', 0],
])('%s', async (_, make, code, status) => {
  answer(make)
  expect(await problemFrom(get('/x'))).toMatchObject({ code, status })
})

test('no network is told with what to do', async () => {
  globalThis.fetch = () => Promise.reject(new TypeError('failed'))
  expect(await problemFrom(get('/x'))).toMatchObject({ code: 'UNREACHABLE', fix: expect.stringContaining('tarsier serve') })
})

test('a body that is no problem document does not break the reader', () => {
  expect(
    [readProblem(500, null), readProblem(500, 'x'), readProblem(500, { detail: 5, diagnostics: 'no' })].map(({ code, diagnostics }) => [
      code,
      diagnostics,
    ]),
  ).toEqual(Array.from({ length: 3 }, () => ['UNREADABLE', []]))
})
