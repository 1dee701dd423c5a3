import { expect, test } from 'vitest'
import { EVIDENCE_FORMAT, type EvidenceManifest, type EvidenceVerification } from '../findings/evidence.ts'
import { bundleText, shownJson, verificationText } from './evidence-text.ts'

const EVIL = 'a\x1b]0;title\x07\u202eb'

const MANIFEST: EvidenceManifest = {
  ...{ format: EVIDENCE_FORMAT, id: 'e', begunNs: 1.7e18, sealedNs: 1.7e18 + 2e9, agentVersion: EVIL },
  host: { hostname: EVIL, kernel: EVIL, arch: EVIL, bootId: '' },
  target: { kind: 'process', words: `process 1 (${EVIL})`, pid: 1, container: null, processes: 1 },
  freeze: { by: 'signals', processes: 1, ms: 12, end: 'deadline' },
  interrupted: true,
  sections: [
    {
      ...{ name: 'status', doc: EVIL, state: 'partial', files: 1, bytes: 10, tookMs: 1, moreProblems: 3 },
      problems: [{ about: EVIL, reason: EVIL }],
    },
  ],
  ...{ entries: [], redactions: [{ entry: 'a', rule: 'r', count: 4 }], cuts: [] },
}

const VALID: EvidenceVerification = {
  ...{ path: `/tmp/${EVIL}`, valid: true, problem: undefined, manifest: MANIFEST, key: { id: 'k1', origin: 'carried' } },
  time: {
    hashAlgorithm: 'sha256',
    messageImprint: '',
    genTime: EVIL,
    accuracy: { seconds: 1, millis: 0 },
    serial: '',
    source: 'local-clock',
  },
  ...{ timestamp: undefined, files: 1, bytes: 10 },
}

const isHarmless = (text: string): boolean => !/[^\P{C}\n\t]/u.test(text)

test('nothing that a bundle says acts on the terminal', () => {
  const file = { name: 'status/1', bytes: 20, content: Buffer.from(`${EVIL}\n${EVIL}\tx\n`) }
  for (const text of [
    verificationText(VALID),
    verificationText({ ...VALID, valid: false, problem: EVIL }),
    bundleText({ verification: VALID, files: [] }),
    bundleText({ verification: VALID, files: [file] }),
    shownJson({ verification: VALID, files: [file] }),
  ])
    expect([text, isHarmless(text)]).toEqual([text, true])
})

test('the summary says what is missing, and whose key it is', () => {
  const text = bundleText({ verification: VALID, files: [] })
  for (const part of [
    'Whose it is, only --key tells',
    'and then ran: the time was over',
    'before its end',
    'masked   4 values',
    'and 3 more',
  ])
    expect(text).toContain(part)
})

test('of one that is not what was sealed nothing is shown', () => {
  const text = bundleText({ verification: { ...VALID, valid: false, problem: 'x' }, files: [] })
  expect(text).toBe(`/tmp/a\\x1b]0;title\\x07\\u{202e}b is NOT what was sealed: x\n`)
})

test('what is no text is not printed, and JSON is laid out', () => {
  const files = [
    { name: 'memory/1.bin', bytes: 3, content: Uint8Array.from([0, 1, 2]) },
    { name: 'given/a.json', bytes: 8, content: Buffer.from('{"a":1}\n') },
  ]
  const text = bundleText({ verification: VALID, files })
  expect(text).toContain('no text')
  expect(text).toContain('{\n  "a": 1\n}')
  expect(JSON.parse(shownJson({ verification: VALID, files })).files[0]).toEqual({ name: 'memory/1.bin', bytes: 3 })
})
