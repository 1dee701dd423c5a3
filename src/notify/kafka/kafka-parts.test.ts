import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { crc32c, murmur2 } from './hashes.ts'
import { scram } from './scram.ts'
import { createReader, createWriter } from './wire.ts'

test('CRC-32C of the well-known texts (RFC 3720, B.4)', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
  expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa)
  expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43)
})

test.each([
  ['21', -973_932_308],
  ['foobar', -790_332_482],
  ['a-little-bit-long-string', -985_981_536],
  ['a-little-bit-longer-string', -1_486_304_829],
  ['abc', 479_470_107],
])('murmur2 of %s is that of Kafka’s own clients', (text, hash) => {
  expect(murmur2(Buffer.from(text))).toBe(hash)
})

test('numbers and texts are read as they were written', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -128, max: 127 }),
      fc.integer(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.string(),
      (small, word, long, text) => {
        const bytes = createWriter().int8(small).int32(word).int64(long).string(text).string(undefined).bytes(Buffer.from(text)).done()
        const reader = createReader(bytes)
        expect([reader.int8(), reader.int32(), reader.int64(), reader.string(), reader.string(), reader.bytes().toString()]).toEqual([
          small,
          word,
          long,
          text,
          undefined,
          text,
        ])
      },
    ),
  )
})

test.each([
  [0, '00'],
  [-1, '01'],
  [1, '02'],
  [63, '7e'],
  [-64, '7f'],
  [64, '8001'],
  [300, 'd804'],
  [2_147_483_647, 'feffffff0f'],
  [-2_147_483_648, 'ffffffff0f'],
])('%i as a varint is %s', (value, hex) => {
  expect(createWriter().varint(value).done().toString('hex')).toBe(hex)
})

test('an answer that ends too early, or claims too much, is refused', () => {
  expect(() => createReader(Buffer.from([0, 5, 65])).string()).toThrow('ends too early')
  expect(() => createReader(Buffer.from([0x7f, 0xff, 0xff, 0xff, 0])).list(() => 0)).toThrow('ends too early')
})

describe('SCRAM', () => {
  const known = { hash: 'sha256', user: 'user', password: 'pencil', nonce: 'rOprNGfwEbeRWgbNEkqO' } as const
  const FIRST = 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096'
  const LAST = 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4='

  test('the exchange of RFC 7677 is spoken word for word', async () => {
    const said: string[] = []
    await scram({ ...known, exchange: async (message) => (said.push(message) === 1 ? FIRST : LAST) })
    expect(said).toEqual([
      'n,,n=user,r=rOprNGfwEbeRWgbNEkqO',
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    ])
  })

  const LIES: readonly [sentence: string, first: string, last: string, words: RegExp][] = [
    ['another nonce', FIRST.replace('rOpr', 'xxxx'), LAST, /nonce/],
    ['the nonce alone', 'r=rOprNGfwEbeRWgbNEkqO,s=QQ==,i=4096', LAST, /nonce/],
    ['too few iterations', FIRST.replace('i=4096', 'i=1'), LAST, /iterations/],
    ['endless iterations', FIRST.replace('i=4096', 'i=99999999999'), LAST, /iterations/],
    ['a signature of nobody who knows the password', FIRST, 'v=AAAA', /does not know the password/],
    ['an error', FIRST, 'e=invalid-proof', /invalid-proof/],
  ]
  test.each(LIES)('a server that gives %s is left', async (_, first, last, words) => {
    let calls = 0
    await expect(scram({ ...known, exchange: async () => (calls++ === 0 ? first : last) })).rejects.toThrow(words)
  })

  test('names with commas and equals signs are written as the RFC has it, with SHA-512 too', async () => {
    const said: string[] = []
    const server = (message: string): string => {
      said.push(message)
      const first = `r=abcS,s=${Buffer.from('salt').toString('base64')},i=4096`
      if (said.length === 1) return first
      const hmac = (key: Buffer, text: string) => createHmac('sha512', key).update(text).digest()
      const salted = pbkdf2Sync('p', 'salt', 4096, 64, 'sha512')
      const auth = `n=a=2Cb=3Dc,r=abc,${first},c=biws,r=abcS`
      const proof = Buffer.from(/p=(.*)$/.exec(message)?.[1] ?? '', 'base64')
      const storedKey = createHash('sha512').update(hmac(salted, 'Client Key')).digest()
      const signature = hmac(storedKey, auth)
      const clientKey = Buffer.from(proof.map((byte, n) => byte ^ (signature[n] ?? 0)))
      expect(createHash('sha512').update(clientKey).digest()).toEqual(storedKey)
      return `v=${hmac(hmac(salted, 'Server Key'), auth).toString('base64')}`
    }
    await scram({ hash: 'sha512', user: 'a,b=c', password: 'p', nonce: 'abc', exchange: async (message) => server(message) })
    expect(said).toHaveLength(2)
  })
})
