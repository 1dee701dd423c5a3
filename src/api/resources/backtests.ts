/** Rules tried on history. */
import Type from 'typebox'
import { AppError } from '../../lib/app-error.ts'
import { refuseErrors } from '../diagnosed-error.ts'
import { defineResource, route } from '../route.ts'
import type { RuleService } from '../services.ts'
import { id, perhaps, text } from '../shapes/given-text.ts'
import { backtestShape } from '../shapes/rule-shape.ts'
import { record } from '../shapes/shape.ts'
import { there } from '../there.ts'
import { rangeOf, rangeQuery } from '../time-range.ts'

const RULE_BYTES = 1024 * 1024
const backtestId = record({ id: id('the trial') })

export const backtests = defineResource({
  name: 'backtests',
  doc: 'Rules tried on history: what would this rule have found? The same code runs as live, over the events that are kept.',
  routes: [
    route({
      method: 'POST',
      path: '/backtests',
      needs: 'analyst',
      summary: 'Begin a trial of a rule by its name, or of a rule file with one rule.',
      body: record({
        yaml: Type.Optional(text(RULE_BYTES, 'A rule file.')),
        name: perhaps(500, 'Of a rule that is loaded.'),
        ...rangeQuery,
      }),
      bodyBytes: RULE_BYTES + 64 * 1024,
      status: 202,
      answer: backtestShape,
      audit: { action: 'backtest.begin', target: ({ body }) => body.name ?? '' },
      handler: async ({ services, body }) =>
        services.rules.tryOnHistory(await ruleOf(services.rules, body), rangeOf(body, services.nowNs())),
    }),
    route({
      method: 'GET',
      path: '/backtests/:id',
      needs: 'viewer',
      summary: 'How far a trial is, and what it has found.',
      params: backtestId,
      answer: backtestShape,
      handler: ({ services, params }) => there(services.rules.backtest(params.id), 'trial', params.id),
    }),
    route({
      method: 'DELETE',
      path: '/backtests/:id',
      needs: 'analyst',
      summary: 'Stop a trial.',
      params: backtestId,
      audit: { action: 'backtest.cancel', target: ({ params }) => params.id },
      handler: ({ services, params }) => {
        there(services.rules.backtest(params.id), 'trial', params.id)
        services.rules.cancelBacktest(params.id)
      },
    }),
  ],
})

/** Throws AppError API_INVALID for both or neither, DiagnosedError RULES_REFUSED. */
async function ruleOf(rules: RuleService, { yaml, name }: { readonly yaml?: string; readonly name?: string }) {
  if ((yaml === undefined) === (name === undefined))
    throw new AppError('API_INVALID', { place: 'body', problem: 'must have either yaml or name' })
  if (yaml !== undefined) {
    refuseErrors('RULES_REFUSED', await rules.validate(yaml))
    return { yaml }
  }
  return { name: there(rules.get(name ?? ''), 'rule', name ?? '').name }
}
