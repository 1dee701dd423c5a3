/** The OpenAPI 3.1 document, made from the resources. */
import type { TSchema } from 'typebox'
import { isMedia, type Resource, type Route } from '../route.ts'

type Json = Readonly<Record<string, unknown>>

const PROBLEM: Json = {
  type: 'object',
  description: 'A failure as RFC 9457 has it, with a code of ours and what to do about it.',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', description: 'See docs/reference/errors.md.' },
    fix: { type: 'string' },
    facts: { type: 'object' },
    diagnostics: { type: 'array', items: { $ref: '#/components/schemas/Diagnostic' } },
  },
  required: ['type', 'title', 'status', 'detail', 'code', 'fix'],
}

const problem = (description: string): Json => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
})

export function openApiDocument(resources: readonly Resource[], version: string): Json {
  const named = new Map<string, Json>([['Problem', PROBLEM]])
  const paths = pathsOf(resources, named)
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tarsier',
      version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description:
        'Times are numbers of ns since 1970. Lists come in pages: `next` is the cursor of the next one. A route names the least role that may use it (`x-role`).',
    },
    security: [{ session: [], csrf: [] }, { token: [] }],
    tags: resources.map(({ name, doc }) => ({ name, description: doc })),
    paths,
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'tarsier', description: 'Of a login; `__Host-tarsier` with TLS.' },
        csrf: { type: 'apiKey', in: 'header', name: 'X-CSRF-Token', description: 'Beside the cookie, with all but GET.' },
        token: { type: 'http', scheme: 'bearer', description: 'A token: `tsr_…`.' },
      },
      schemas: Object.fromEntries([...named].sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  }
}

function pathsOf(resources: readonly Resource[], named: Map<string, Json>): Json {
  const paths: Record<string, Record<string, Json>> = {}
  for (const resource of resources) {
    for (const route of resource.routes) {
      const path = `/api${route.path.replace(/:(\w+)/g, '{$1}')}`
      const methods = paths[path] ?? {}
      methods[route.method.toLowerCase()] = operation(route, resource.name, named)
      paths[path] = methods
    }
  }
  return paths
}

function operation(route: Route, tag: string, named: Map<string, Json>): Json {
  const { method, path, needs, summary, doc, params, query, body, sessionOnly } = route
  const parameters = [...parametersOf('path', params, named), ...parametersOf('query', query, named)]
  const notes = [doc, sessionOnly && 'API tokens may not.'].filter((one) => typeof one === 'string')
  return {
    operationId: operationId(method, path),
    tags: [tag],
    summary,
    ...(notes.length > 0 && { description: notes.join(' ') }),
    'x-role': needs,
    ...(needs === 'anyone' ? { security: [] } : sessionOnly && { security: [{ session: [], csrf: [] }] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: referring(body, named) } } } }),
    responses: responsesOf(route, named),
  }
}

/** `GET /findings/:id` → `getFindingsId`. */
const operationId = (method: string, path: string): string =>
  `${method.toLowerCase()}${path.replace(/[/:.-]+(\w)/g, (_, letter: string) => letter.toUpperCase())}`

interface Described {
  readonly description?: string
  readonly properties?: Readonly<Record<string, TSchema>>
  readonly required?: readonly string[]
}

function parametersOf(where: 'path' | 'query', schema: TSchema | undefined, named: Map<string, Json>): Json[] {
  const { properties = {}, required = [] } = (schema ?? {}) as Described
  return Object.entries(properties).map(([name, one]) => {
    const { description, ...rest } = referring(one, named)
    return {
      name,
      in: where,
      required: where === 'path' || required.includes(name),
      ...(description !== undefined && { description }),
      schema: rest,
    }
  })
}

function responsesOf({ answer, status, needs, method }: Route, named: Map<string, Json>): Json {
  const wentWell = (): Json => {
    if (answer === undefined) return { 204: { description: 'Done.' } }
    if (isMedia(answer)) return { 200: { description: answer.doc, content: { [answer.mediaType]: {} } } }
    const description = (answer as Described).description ?? 'As asked.'
    return { [status ?? 200]: { description, content: { 'application/json': { schema: referring(answer, named) } } } }
  }
  const denied =
    method === 'GET' ? 'The role does not allow it.' : 'The role does not allow it, or it was not meant: no CSRF token, another origin.'
  return {
    ...wentWell(),
    ...(needs !== 'anyone' && { 401: problem('Nobody is logged in.'), 403: problem(denied) }),
    default: problem('Any other failure.'),
  }
}

/** Schemas with a title stand once, in the components. Clients must bear keys that later versions add, so that answers are not closed. */
function referring(schema: TSchema, named: Map<string, Json>): Json {
  const { title, ...rest } = schema as Json & { readonly title?: string }
  const isOpen = (key: string, value: unknown): boolean => key === 'additionalProperties' && value === false && title !== undefined
  const parts = Object.entries(rest).filter(([key, value]) => !isOpen(key, value))
  const plain = Object.fromEntries(parts.map(([key, value]) => [key, inner(key, value, named)]))
  if (title === undefined) return plain
  named.set(title, plain)
  return { $ref: `#/components/schemas/${title}` }
}

/** What stands under a key of a schema, with the schemas in it. */
function inner(key: string, value: unknown, named: Map<string, Json>): unknown {
  switch (key) {
    case 'properties':
    case 'patternProperties':
      return Object.fromEntries(
        Object.entries(value as Readonly<Record<string, TSchema>>).map(([name, one]) => [name, referring(one, named)]),
      )
    case 'anyOf':
      return (value as readonly TSchema[]).map((one) => referring(one, named))
    case 'items':
      return referring(value as TSchema, named)
    default:
      return value
  }
}
