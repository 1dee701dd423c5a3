/** A finding whose every text tries to be more than a text, for tests of outputs. */
import type { Finding } from '../../findings/finding.ts'
import { SAMPLE_FINDING } from '../../findings/sample-finding.ts'

/** Mentions and links of Slack, Teams and Markdown, HTML, an end of a code block, control and bidi characters, bytes that are no UTF-8, and length. */
export const HOSTILE_TEXT =
  '<!channel> <@U123> <https://evil.example|bank> @here [click](https://evil.example) <at>All</at> *b* _i_ ~s~ ``` `x` <b>&amp;</b> "q" \\ \u001b[31m\r\n\u202e\udc80 😀'

export const HOSTILE_FINDING: Finding = {
  ...SAMPLE_FINDING,
  rule: `Odd ${HOSTILE_TEXT}`,
  output: `${HOSTILE_TEXT} ${'😀<&`'.repeat(4000)}`,
  outputFields: { 'proc.name': HOSTILE_TEXT },
  tags: Array.from({ length: 40 }, (_, n) => `${n},${HOSTILE_TEXT}`),
  hostname: `${HOSTILE_TEXT}${'h'.repeat(1000)}`,
  containerId: HOSTILE_TEXT,
  workload: {
    containerName: HOSTILE_TEXT.repeat(20),
    image: HOSTILE_TEXT,
    podName: HOSTILE_TEXT,
    podNamespace: HOSTILE_TEXT,
    podUid: HOSTILE_TEXT,
  },
  object: { file: `/${HOSTILE_TEXT}`, ip: '192.0.2.1', port: 443 },
  lineage: Array.from({ length: 10 }, (_, n) => ({
    pid: 100 + n,
    startNs: 1e9,
    name: HOSTILE_TEXT,
    exePath: `/${HOSTILE_TEXT}`,
    cmdline: HOSTILE_TEXT.repeat(5),
    user: HOSTILE_TEXT,
  })),
  foldKey: HOSTILE_TEXT.repeat(100),
}

/** What must not come through to a reader as it is: control characters and bidi marks. */
export const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ud800-\udfff]/u
