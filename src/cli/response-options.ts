/** Options that choose responses; the agent and its server have them. */
import type { ResponseChoice } from '../lang/response-choice.ts'
import { choice, texts, type ValuesOf } from './option.ts'

export const RESPONSE_OPTIONS = {
  responses: texts(
    'PATH',
    'Response files, or folders of them: what is done about which findings. Default: those that come with Tarsier, which are dry runs.',
    'variadic',
  ),
  respond: choice(
    ['off', 'dry-run', 'ask', 'act'],
    'The most that responses do, whatever they say: nothing, write down what they would do, ask a person, or act. Default: as they say.',
    'MODE',
  ),
} as const

/** `shipped` stands where none are given. Below `state` lies the folder of those that are made elsewhere. */
export function responseChoiceOf(
  { responses, respond }: ValuesOf<typeof RESPONSE_OPTIONS>,
  shipped: string,
  state: string,
): ResponseChoice {
  return { paths: responses.length === 0 ? [shipped] : responses, managed: `${state}/responses`, atMost: respond ?? 'act' }
}
