/** Tells another system, which can check that it was Tarsier that told it. */
import { createHmac, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { AppError } from '../../lib/app-error.ts'
import { type ActionContext, type Done, defineAction } from '../action.ts'
import { readKept } from '../kept-file.ts'
import type { ActionSubject } from '../subject.ts'
import { subjectJson } from '../subject-json.ts'
import { post, type WebhookAnswer } from '../webhook-request.ts'

const NAME = 'call-webhook'
const MIN_SECRET = 16
const MAX_SECRET = 4096
const MAX_CA = 1 << 20
const FIRST_WAIT_MS = 500

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/
const absolute = z.string().startsWith('/').max(4096)

const schema = z.object({
  url: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .refine(isSafe, 'must be https, or http to loopback, without a name and password in it')
    .describe('Where to POST: https, or http on this host alone.'),
  secretFile: absolute.describe(
    'File with the secret of the signature: 16 bytes or more, which only root can read. A line end at its end does not count.',
  ),
  caFile: absolute.optional().describe('PEM file of the authority that signed the server’s certificate. Default: those of the system.'),
  timeoutMs: z.number().int().min(100).max(30_000).default(5_000).describe('For one try, in ms. Default: 5000.'),
  retries: z
    .number()
    .int()
    .min(0)
    .max(5)
    .default(2)
    .describe('Further tries when there is no answer, or 429 or 5xx; after 0.5 s, 1 s, 2 s… Default: 2.'),
  note: z.string().max(1000).default('').describe('A text of yours, sent along. Default: none.'),
})
type Settings = z.infer<typeof schema>

export const callWebhook = defineAction({
  name: NAME,
  doc: 'POSTs the subject as JSON. `X-Tarsier-Signature` is `v1=` and the HMAC-SHA256 (hex) of `X-Tarsier-Timestamp`, a dot, and the body; all tries have one `X-Tarsier-Delivery`. Done when the answer is 2xx; redirections are not followed.',
  needs: 'none',
  schema,
  places: ['url', 'secretFile', 'caFile'],
  examples: [
    { doc: 'A ticket system.', with: { url: 'https://tickets.example/hooks/tarsier', secretFile: '/etc/tarsier/webhook.secret' } },
    { doc: 'A program on this host.', with: { url: 'http://127.0.0.1:9000/', secretFile: '/etc/tarsier/webhook.secret', retries: 0 } },
  ],
  reach: async () => ({ pids: [], processes: [], processCount: 0, containers: [] }),
  run: call,
  verify: async (_subject, _config, { detail }) => {
    const status = Number(detail.status)
    return { verified: status >= 200 && status < 300, summary: `the answer was ${detail.status}: ${detail.answer}` }
  },
  undo: undefined,
})

function isSafe(text: string): boolean {
  const { protocol, hostname, username, password } = new URL(text)
  return username === '' && password === '' && (protocol === 'https:' || LOOPBACK.test(hostname))
}

async function call(subject: ActionSubject, config: Settings, context: ActionContext): Promise<Done> {
  const delivery = randomUUID()
  const body = JSON.stringify({ ...subjectJson(subject), action: NAME, delivery, timeNs: context.nowNs(), note: config.note })
  const { secret, ca } = filesOf(config)
  const started = Date.now()
  let reason = ''
  for (let tries = 1; tries <= config.retries + 1; tries++) {
    if (tries > 1) await sleep(FIRST_WAIT_MS * 2 ** (tries - 2), undefined, { signal: context.signal })
    // Signed anew: who is told refuses what is old.
    const headers = headersOf(body, { secret, delivery, nowNs: context.nowNs() })
    const answer = await tryOnce(() =>
      post({ url: new URL(config.url), body, headers, ca, timeoutMs: config.timeoutMs, signal: context.signal }),
    )
    reason = answer.kind === 'answer' ? `${config.url} answered ${answer.status}: ${answer.text}` : answer.reason
    if (answer.kind === 'answer' && answer.status >= 200 && answer.status < 300) {
      const detail = { delivery, status: answer.status, answer: answer.text.slice(0, MAX_ANSWER), tries, tookMs: Date.now() - started }
      return { summary: `${config.url} answered ${answer.status}`, detail, undo: undefined }
    }
    if (answer.kind === 'answer' && answer.status !== 429 && answer.status < 500) break
  }
  throw new AppError('ACTION_FAILED', { action: NAME, reason: reason.slice(0, MAX_ANSWER) })
}

const MAX_ANSWER = 500

type Try = ({ readonly kind: 'answer' } & WebhookAnswer) | { readonly kind: 'nothing'; readonly reason: string }

async function tryOnce(send: () => Promise<WebhookAnswer>): Promise<Try> {
  try {
    return { kind: 'answer', ...(await send()) }
  } catch (error) {
    return { kind: 'nothing', reason: (error as Error).message }
  }
}

function filesOf({ secretFile, caFile }: Settings): { readonly secret: Buffer; readonly ca: Buffer | undefined } {
  try {
    const { bytes } = readKept(secretFile, { maxBytes: MAX_SECRET, secret: true })
    const secret = bytes.at(-1) === 0x0a ? bytes.subarray(0, -1) : bytes
    if (secret.length < MIN_SECRET) throw new Error(`the secret in ${secretFile} is shorter than ${MIN_SECRET} bytes`)
    return { secret, ca: caFile === undefined ? undefined : readKept(caFile, { maxBytes: MAX_CA }).bytes }
  } catch (error) {
    throw new AppError('ACTION_FAILED', { action: NAME, reason: (error as Error).message }, { cause: error })
  }
}

function headersOf(
  body: string,
  { secret, delivery, nowNs }: { readonly secret: Buffer; readonly delivery: string; readonly nowNs: number },
) {
  const timestamp = String(Math.floor(nowNs / 1e9))
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')
  return {
    'content-type': 'application/json',
    'user-agent': 'tarsier',
    'x-tarsier-delivery': delivery,
    'x-tarsier-timestamp': timestamp,
    'x-tarsier-signature': `v1=${signature}`,
  }
}
