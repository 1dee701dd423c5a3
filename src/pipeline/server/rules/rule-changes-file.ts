/** What somebody changed about a rule of another file: a rule file of its own, which every agent reads as any other. */
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import type { RuleException } from '../../../api/services.ts'
import { PRIORITIES, type Priority } from '../../../findings/finding.ts'

export interface RuleState {
  readonly enabled?: boolean | undefined
  readonly shadow?: boolean | undefined
  readonly priority?: Priority | undefined
}

export type AddedException = Omit<RuleException, 'managed'>

export interface RuleChanges {
  readonly state: RuleState
  /** Values as they are written in rule files. */
  readonly exceptions: readonly AddedException[]
}

export const UNCHANGED: RuleChanges = { state: {}, exceptions: [] }

const HEAD =
  '# Written by the console. What stands here is read behind all other rules; to take it back, use the console, or remove the file.\n'

const EXCEPTION = z.object({
  name: z.string(),
  fields: z.array(z.string()),
  comps: z.array(z.string()).default([]),
  values: z.array(z.array(z.union([z.string(), z.array(z.string())]))),
  owner: z.string(),
  reason: z.string(),
  expires: z.string().optional(),
})

const ITEMS = z.array(
  z.object({
    rule: z.string(),
    enabled: z.boolean().optional(),
    shadow: z.boolean().optional(),
    priority: z.enum(PRIORITIES).optional(),
    exceptions: z.array(EXCEPTION).default([]),
  }),
)

/** Empty where nothing is changed. */
export function changesText(rule: string, { state, exceptions }: RuleChanges): string {
  const given = Object.entries(state).filter(([, value]) => value !== undefined)
  const override = Object.fromEntries(given.map(([key]) => [key, 'replace']))
  const items = [
    ...(given.length === 0 ? [] : [{ rule, ...Object.fromEntries(given), override }]),
    ...(exceptions.length === 0 ? [] : [{ rule, exceptions: exceptions.map(written), override: { exceptions: 'append' } }]),
  ]
  return items.length === 0 ? '' : HEAD + stringify(items, { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN', lineWidth: 0 })
}

function written({ comps, expires, ...rest }: AddedException) {
  return { ...rest, ...(comps.length === 0 ? {} : { comps }), ...(expires === undefined ? {} : { expires }) }
}

/** Throws ZodError or a YAML error for a text that the function above did not make. */
export function readChanges(text: string): RuleChanges {
  const items = ITEMS.parse(parse(text, { maxAliasCount: 0 }))
  const { enabled, shadow, priority } = Object.assign({}, ...items) as RuleState
  const exceptions = items.flatMap((item) => item.exceptions.map((one) => ({ ...one, expires: one.expires })))
  return { state: { enabled, shadow, priority }, exceptions }
}
