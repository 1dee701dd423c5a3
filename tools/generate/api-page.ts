/** docs/reference/api.md: every route with the least role that may use it, and what each role may. From the resources. */

import { mayAs } from '../../src/api/access/roles.ts'
import { RESOURCES } from '../../src/api/resources.ts'
import type { Needs, Resource, Route } from '../../src/api/route.ts'
import { ROLES } from '../../src/store/access-store.ts'
import { code, GENERATED_NOTE, table } from './markdown.ts'

export function generateApiPage(): string {
  return `${[
    GENERATED_NOTE,
    '# API',
    'The server gives the same page at `/api/reference` with all parameters, and an OpenAPI 3.1 document at `/api/openapi.json` ([openapi.json](openapi.json)).',
    'Browsers log in and have a cookie (HttpOnly, SameSite=Strict); with all but GET they send the header `X-CSRF-Token` that `GET /api/session` gives. Programs send a token: `Authorization: Bearer tsr_…`. ' +
      'Failures are problems as of RFC 9457 with one of our [codes](errors.md). Times in answers are ns since 1970; in queries they are RFC 3339, or how long before now (`24h`). Lists come in pages of `limit` (100, at most 500); `next` is the `cursor` of the next page.',
    '## Permissions',
    'Roles stand in a row: viewer, analyst, responder, admin; each may what those before it may. A token may what its role may, and never more than its user; what is marked "not by token" takes a login.',
    table(
      ['request', 'anyone', ...ROLES, 'not by token', 'audit log'],
      RESOURCES.flatMap(({ routes }) => routes.map(permissions)),
    ),
    ...RESOURCES.flatMap(section),
  ].join('\n\n')}\n`
}

function permissions(route: Route): string[] {
  const may = (needs: Needs): string[] => ROLES.map((role) => (needs === 'anyone' || mayAs(role, needs) ? '✓' : ''))
  const { method, path, needs, sessionOnly, audit } = route
  const told = audit === undefined ? '' : 'action' in audit ? code(audit.action) : audit.because
  return [code(`${method} /api${path}`), needs === 'anyone' ? '✓' : '', ...may(needs), sessionOnly ? '✓' : '', told]
}

function section({ name, doc, routes }: Resource): string[] {
  return [
    `## ${name}`,
    doc,
    table(
      ['request', 'what it does', 'least role', 'query', 'body'],
      routes.map((route) => [
        code(`${route.method} /api${route.path}`),
        summaryOf(route),
        route.needs,
        keysOf(route.query),
        keysOf(route.body),
      ]),
    ),
  ]
}

const summaryOf = ({ summary, doc }: Route): string => (doc === undefined ? summary : `${summary} ${doc}`)

function keysOf(schema: Route['query']): string {
  if (schema === undefined) return ''
  const required: readonly string[] = (schema as { readonly required?: readonly string[] }).required ?? []
  return Object.keys(schema.properties)
    .map((key) => code(required.includes(key) ? key : `${key}?`))
    .join(' ')
}
