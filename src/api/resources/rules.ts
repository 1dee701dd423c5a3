/** What is looked for. */
import Type from 'typebox'
import { PRIORITIES } from '../../findings/finding.ts'
import { AppError } from '../../lib/app-error.ts'
import { refuseErrors } from '../diagnosed-error.ts'
import { defineResource, route } from '../route.ts'
import { diagnosticShape } from '../shapes/event-shape.ts'
import { text } from '../shapes/given-text.ts'
import { ruleDetailShape, ruleSummaryShape, testOutcomeShape } from '../shapes/rule-shape.ts'
import { listOf, oneOf, record } from '../shapes/shape.ts'
import { there } from '../there.ts'

const RULE_BYTES = 1024 * 1024
const NAME = text(500, 'Name of the rule.')
const ruleName = record({ name: NAME })
const ruleFile = record({ yaml: text(RULE_BYTES, 'A rule file.') })
const bodyBytes = RULE_BYTES + 64 * 1024

const EXCEPTION = record({
  name: text(200, 'Of the exception.'),
  fields: Type.Array(text(200, 'A field of the language.'), { minItems: 1, maxItems: 10 }),
  comps: Type.Array(text(20, 'An operator, one per field.'), { maxItems: 10 }),
  values: Type.Array(
    Type.Array(Type.Union([text(4096, 'A value.'), Type.Array(text(4096, 'A value.'), { maxItems: 100 })]), { maxItems: 10 }),
    { minItems: 1, maxItems: 100, description: 'Rows; each has a value per field.' },
  ),
  owner: text(100, 'Who answers for it.'),
  reason: text(1000, 'Why it is right.'),
  expires: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'Last day on which it holds.' })),
})

export const rules = defineResource({
  name: 'rules',
  doc: 'What is looked for. Changes made here are YAML files in the folder `rules` of the state folder; agents load them within seconds.',
  routes: [
    route({
      method: 'GET',
      path: '/rules',
      needs: 'viewer',
      summary: 'All rules.',
      answer: listOf(ruleSummaryShape),
      handler: ({ services }) => ({ items: services.rules.list() }),
    }),
    route({
      method: 'POST',
      path: '/rules/validation',
      needs: 'responder',
      summary: 'What is wrong with a rule file on top of all that is loaded.',
      body: ruleFile,
      bodyBytes,
      answer: record({ diagnostics: Type.Array(diagnosticShape) }),
      audit: { because: 'it changes nothing' },
      handler: async ({ services, body }) => ({ diagnostics: await services.rules.validate(body.yaml) }),
    }),
    route({
      method: 'POST',
      path: '/rules/tests',
      needs: 'responder',
      summary: 'Run the tests of a rule file.',
      body: ruleFile,
      bodyBytes,
      answer: record({ diagnostics: Type.Array(diagnosticShape), results: Type.Array(testOutcomeShape) }),
      audit: { because: 'it changes nothing' },
      handler: ({ services, body }) => services.rules.test(body.yaml),
    }),
    route({
      method: 'POST',
      path: '/rules',
      needs: 'responder',
      summary: 'Save local rules. Nothing is saved where there is an error.',
      body: ruleFile,
      bodyBytes,
      status: 201,
      answer: listOf(ruleDetailShape),
      audit: { action: 'rule.save', target: ({ body }) => /^[ \t]*-[ \t]*rule:(.{1,200})/m.exec(body.yaml)?.[1]?.trim() ?? '' },
      handler: async ({ services, body }) => {
        refuseErrors('RULES_REFUSED', await services.rules.validate(body.yaml))
        return { items: services.rules.save(body.yaml) }
      },
    }),
    route({
      method: 'GET',
      path: '/rules/:name',
      needs: 'viewer',
      summary: 'One rule with its text.',
      params: ruleName,
      answer: ruleDetailShape,
      handler: ({ services, params }) => there(services.rules.get(params.name), 'rule', params.name),
    }),
    route({
      method: 'DELETE',
      path: '/rules/:name',
      needs: 'responder',
      summary: 'Take a local rule away.',
      params: ruleName,
      audit: { action: 'rule.remove', target: ({ params }) => params.name },
      handler: ({ services, params }) => {
        there(services.rules.get(params.name), 'rule', params.name)
        services.rules.remove(params.name)
      },
    }),
    route({
      method: 'PUT',
      path: '/rules/:name/state',
      needs: 'responder',
      summary: 'Say whether and how it runs.',
      params: ruleName,
      body: record({
        enabled: Type.Optional(Type.Boolean()),
        shadow: Type.Optional(Type.Boolean()),
        priority: Type.Optional(oneOf(PRIORITIES)),
      }),
      answer: ruleDetailShape,
      audit: { action: 'rule.state', target: ({ params }) => params.name },
      handler: ({ services, params, body }) => {
        there(services.rules.get(params.name), 'rule', params.name)
        return services.rules.setState(params.name, body)
      },
    }),
    route({
      method: 'DELETE',
      path: '/rules/:name/state',
      needs: 'responder',
      summary: 'Let it run as it was shipped again.',
      params: ruleName,
      status: 200,
      answer: ruleDetailShape,
      audit: { action: 'rule.reset', target: ({ params }) => params.name },
      handler: ({ services, params }) => {
        there(services.rules.get(params.name), 'rule', params.name)
        return services.rules.reset(params.name)
      },
    }),
    route({
      method: 'POST',
      path: '/rules/:name/exceptions',
      needs: 'analyst',
      summary: 'Keep it silent about something, with an owner and a reason.',
      params: ruleName,
      body: EXCEPTION,
      status: 201,
      answer: ruleDetailShape,
      audit: { action: 'rule.exception.add', target: ({ params }) => params.name },
      handler: ({ services, params, body }) => {
        there(services.rules.get(params.name), 'rule', params.name)
        if (body.values.some((row) => row.length !== body.fields.length)) {
          throw new AppError('API_INVALID', { place: 'body.values', problem: 'must have one value per field in each row' })
        }
        return services.rules.addException(params.name, { ...body, expires: body.expires })
      },
    }),
    route({
      method: 'DELETE',
      path: '/rules/:name/exceptions/:exception',
      needs: 'analyst',
      summary: 'Take an exception away that was made here.',
      params: record({ name: NAME, exception: text(200, 'Name of the exception.') }),
      answer: ruleDetailShape,
      audit: { action: 'rule.exception.remove', target: ({ params }) => `${params.name}, ${params.exception}` },
      handler: ({ services, params }) => {
        const rule = there(services.rules.get(params.name), 'rule', params.name)
        const managed = rule.exceptionList.find(({ name, managed: isOurs }) => isOurs && name === params.exception)
        return services.rules.removeException(rule.name, there(managed, 'exception', params.exception).name)
      },
    }),
  ],
})
