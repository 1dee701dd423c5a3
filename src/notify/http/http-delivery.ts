/** A delivery whose transport is a POST request: what all outputs over HTTP have in common. */
import type { Finding } from '../../findings/finding.ts'
import { AppError } from '../../lib/app-error.ts'
import type { SendOutcome } from '../delivery/outcome.ts'
import { type Secret, withoutSecrets } from '../delivery/secret.ts'
import type { DeliverySettings } from '../delivery/settings.ts'
import { createDelivery, type DeliveryLimits } from '../delivery.ts'
import type { Output, OutputContext } from '../output.ts'
import { readTls, type TlsConfig } from '../tls.ts'
import { createHttpClient, type HttpAnswer } from './http-client.ts'
import { outcomeOf } from './http-outcome.ts'

export interface HttpDeliveryOptions {
  /** `slack`: with the host it names the dead-letter file. */
  readonly output: string
  readonly config: DeliverySettings & TlsConfig & { readonly proxy: boolean }
  readonly context: OutputContext
  /** Asked before each request: a URL may be a secret that is read anew. Throws AppError. */
  readonly url: () => URL
  /** No message repeats them; they are read anew on SIGHUP. */
  readonly secrets: readonly (Secret | undefined)[]
  readonly maxBatch: number
  readonly maxWaitMs: number
  readonly request: (batch: readonly Finding[]) => HttpDeliveryRequest | Promise<HttpDeliveryRequest>
  /** What the answer means; without, its status says it. */
  readonly judge?: (answer: HttpAnswer, batch: readonly Finding[]) => SendOutcome
  readonly maxAnswer?: number
  readonly limits?: Partial<DeliveryLimits>
}

export interface HttpDeliveryRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer
  /** POST where it is not given. */
  readonly method?: string
  /** Below `url` of the options, where each batch has its own. */
  readonly url?: URL
}

/** Throws AppError OUTPUT_SETTING or OUTPUT_UNWRITABLE where a setting cannot be right. */
export function createHttpDelivery(options: HttpDeliveryOptions): Output {
  const { output, config, context, url, secrets, request, judge = (answer) => outcomeOf(answer) } = options
  const { maxBatch, maxWaitMs, maxAnswer, limits } = options
  const name = `${output}-${url().hostname}`
  const client = createHttpClient({ tls: readTls(output, config), proxy: config.proxy, ...(maxAnswer !== undefined && { maxAnswer }) })

  async function send(batch: readonly Finding[], signal: AbortSignal): Promise<SendOutcome> {
    try {
      return silent(judge(await client.post({ url: url(), ...(await request(batch)), signal }), batch))
    } catch (error) {
      if (!(error instanceof Error)) throw error
      throw Object.assign(error, { message: withoutSecrets(error.message, secrets) })
    }
  }

  function silent(outcome: SendOutcome): SendOutcome {
    switch (outcome.kind) {
      case 'sent':
        return outcome
      case 'parts':
        return { ...outcome, refused: outcome.refused.map((part) => ({ ...part, reason: withoutSecrets(part.reason, secrets) })) }
      default:
        return { ...outcome, reason: withoutSecrets(outcome.reason, secrets) }
    }
  }

  function reopen(): void {
    for (const secret of secrets) secret?.reload()
    try {
      url()
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      context.log.error('an output cannot be used as it is set now', { output: name, reason: error.message })
    }
  }

  return createDelivery({
    name,
    settings: config,
    context,
    send,
    maxBatch,
    maxWaitMs,
    reopen,
    end: client.close,
    ...(limits && { limits }),
  })
}
