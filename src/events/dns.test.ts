import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseDnsMessage } from './dns.ts'
import { readDnsName } from './dns-name.ts'

const u16 = (...numbers: number[]): number[] => numbers.flatMap((number) => [number >> 8, number & 0xff])
const ascii = (text: string): number[] => [...Buffer.from(text, 'latin1')]
/** A name on the wire without compression. */
const name = (text: string): number[] => [...text.split('.').flatMap((label) => [label.length, ...ascii(label)]), 0]
const header = (flags: number, questions: number, answers: number): number[] => u16(0x1234, flags, questions, answers, 0, 0)
const question = (text: string, type: number): number[] => [...name(text), ...u16(type, 1)]
/** A record whose name points at the question. */
const record = (type: number, data: number[]): number[] => [0xc0, 12, ...u16(type, 1, 0, 60, data.length), ...data]
const AT_QUESTION = [0xc0, 12]

const query = Buffer.from([...header(0x0100, 1, 0), ...question('Example.ORG', 1)])

/** An answer about example.org whose one record has this type and data. */
const answer = (type: number, data: number[]): Buffer =>
  Buffer.from([...header(0x8180, 1, 1), ...question('example.org', type), ...record(type, data)])

test('a query gives its id and its question in lower case', () => {
  expect(parseDnsMessage(query)).toEqual({
    id: 0x1234,
    response: false,
    opcode: 0,
    rcode: 'NOERROR',
    questions: [{ name: 'example.org', type: 'A' }],
    answers: [],
    complete: true,
  })
})

test('a refusal gives its code', () => {
  const bytes = Buffer.from([...header(0x8183, 1, 0), ...question('nowhere.test', 28)])
  expect(parseDnsMessage(bytes)).toMatchObject({ response: true, rcode: 'NXDOMAIN', questions: [{ type: 'AAAA' }] })
})

describe('data of an answer', () => {
  const cases: readonly (readonly [says: string, type: number, data: number[], typeName: string, text: string])[] = [
    ['an IPv4 address', 1, [192, 0, 2, 1], 'A', '192.0.2.1'],
    ['an IPv6 address in canonical form', 28, u16(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1), 'AAAA', '2001:db8::1'],
    ['an IPv4 address of the wrong size stays opaque', 1, [192, 0, 2], 'A', '\\# 3 c00002'],
    ['an alias that is compressed', 5, [3, ...ascii('www'), ...AT_QUESTION], 'CNAME', 'www.example.org'],
    ['an alias with bytes behind it stays opaque', 5, [...AT_QUESTION, 0], 'CNAME', '\\# 3 c00c00'],
    ['a pointer record', 12, name('host.test'), 'PTR', 'host.test'],
    ['a mail exchanger', 15, [...u16(10), ...name('mx.test')], 'MX', '10 mx.test'],
    ['a mail exchanger without a name stays opaque', 15, u16(10), 'MX', '\\# 2 000a'],
    ['a service', 33, [...u16(1, 2, 443), ...name('s.test')], 'SRV', '1 2 443 s.test'],
    ['texts, joined', 16, [2, ...ascii('v='), 1, ...ascii('1')], 'TXT', 'v=1'],
    ['a text that is not UTF-8 keeps its bytes', 16, [1, 0xff], 'TXT', '\udcff'],
    ['a text longer than its record stays opaque', 16, [9, 65], 'TXT', '\\# 2 0941'],
    ['an empty unknown record', 10, [], 'NULL', '\\# 0'],
    ['a type without a mnemonic', 65_280, [1, 2], 'TYPE65280', '\\# 2 0102'],
  ]
  test.each(cases)('%s', (_, type, data, typeName, text) => {
    expect(parseDnsMessage(answer(type, data))).toMatchObject({
      complete: true,
      answers: [{ name: 'example.org', type: typeName, data: text }],
    })
  })
})

describe('names', () => {
  const long = 'a'.repeat(63)
  const cases: readonly (readonly [says: string, bytes: number[], at: number, text: string | undefined])[] = [
    ['the root is a dot', [0], 0, '.'],
    ['dots, backslashes and odd octets in a label are escaped', [5, ...ascii('a.\\b'), 7, 0], 0, 'a\\.\\\\b\\007'],
    ['a space is escaped, an underscore is not', [4, ...ascii('_a b'), 0], 0, '_a\\032b'],
    ['octets above 127 are escaped and not folded to lower case', [1, 0xc4, 0], 0, '\\196'],
    ['a pointer back is followed', [1, 97, 0, 1, 98, 0xc0, 0], 3, 'b.a'],
    ['a pointer to itself is refused', [0xc0, 0], 0, undefined],
    ['a pointer forward is refused', [0xc0, 2, 0], 0, undefined],
    ['two pointers at each other are refused', [0xc0, 2, 0xc0, 0], 2, undefined],
    ['a label that leads back into its own pointer is refused', [1, 97, 0xc0, 0], 2, undefined],
    ['half a pointer is refused', [0xc0], 0, undefined],
    ['a label of a reserved kind is refused', [0x40, 97, 0], 0, undefined],
    ['a label cut short is refused', [3, 97, 98], 0, undefined],
    ['a name without an end is refused', [1, 97], 0, undefined],
    ['a name of 255 octets is read', name(`${long}.${long}.${long}.${'b'.repeat(61)}`), 0, `${long}.${long}.${long}.${'b'.repeat(61)}`],
    ['a name of 256 octets is refused', name(`${long}.${long}.${long}.${'b'.repeat(62)}`), 0, undefined],
  ]
  test.each(cases)('%s', (_, bytes, at, text) => {
    expect(readDnsName(Buffer.from(bytes), at)?.text).toBe(text)
  })

  test('a name goes on behind its first pointer', () => {
    expect(readDnsName(Buffer.from([1, 97, 0, 1, 98, 0xc0, 0]), 3)?.next).toBe(7)
  })
})

describe('damaged messages', () => {
  const whole = answer(1, [192, 0, 2, 1])
  const cases: readonly (readonly [says: string, bytes: Buffer, expected: object | undefined])[] = [
    ['nothing at all is no DNS message', Buffer.alloc(0), undefined],
    ['eleven bytes are no DNS message', query.subarray(0, 11), undefined],
    ['a bare header without a question is one', Buffer.from(header(0, 0, 0)), { questions: [], complete: true }],
    ['a question cut short makes it none', query.subarray(0, query.length - 1), undefined],
    ['text on port 53 is none', Buffer.from('GET / HTTP/1.1\r\nHost: example.org\r\n\r\n'), undefined],
    [
      'an answer cut short leaves the question',
      whole.subarray(0, -1),
      { questions: [{ name: 'example.org' }], answers: [], complete: false },
    ],
    ['a second question cut short leaves the first', Buffer.from([...header(0, 2, 0), ...question('a.test', 1)]), { complete: false }],
  ]
  test.each(cases)('%s', (_, bytes, expected) => {
    const parsed = parseDnsMessage(bytes)
    if (expected === undefined) expect(parsed).toBeUndefined()
    else expect(parsed).toMatchObject(expected)
  })

  test('more records than we read are cut and said to be', () => {
    const bytes = Buffer.from([...header(0x8180, 9, 0), ...Array.from({ length: 9 }, () => question('a', 1)).flat()])
    expect(parseDnsMessage(bytes)).toMatchObject({ complete: false, questions: { length: 8 } })
  })

  test('no bytes make it throw, and what it reads is bounded', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.nat(8), fc.nat(80), (tail, questions, answers) => {
        const parsed = parseDnsMessage(Buffer.from([...header(0x8000, questions, answers), ...tail]))
        expect(parsed?.questions.length ?? 0).toBeLessThanOrEqual(8)
        expect(parsed?.answers.length ?? 0).toBeLessThanOrEqual(64)
      }),
    )
  })
})
