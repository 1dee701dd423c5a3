/** The API for readers: one page of plain HTML, without scripts, so that the strictest policy allows it. */
import type { TSchema } from 'typebox'
import { isMedia, type Needs, type Resource, type Route } from '../route.ts'

export const REFERENCE_STYLE = `:root { color-scheme: light dark; --line: color-mix(in srgb, currentcolor 18%, transparent); }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem; }
code, summary .path { font: 13px/1.5 ui-monospace, monospace; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .4rem 0; padding: .4rem .7rem; }
summary { cursor: pointer; display: flex; gap: .7rem; align-items: baseline; flex-wrap: wrap; }
summary .method { width: 3.6rem; font: 600 12px ui-monospace, monospace; } summary .what { flex: 1; min-width: 12rem; opacity: .75; }
.role { font-size: 12px; border: 1px solid var(--line); border-radius: 9px; padding: 0 .5rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; } th { font-size: 13px; opacity: .75; } td { font-size: 13px; }
td, th { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-top: 1px solid var(--line); }
pre { overflow: auto; } .quiet { opacity: .75; }
`

const OPTIONAL = ', optional'

const ROLE_TEXT: Readonly<Record<Needs, string>> = {
  anyone: 'anyone',
  viewer: 'viewer and up',
  analyst: 'analyst and up',
  responder: 'responder and up',
  admin: 'admin',
}

export function referencePage(resources: readonly Resource[], version: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tarsier API</title><link rel="icon" href="/favicon.svg"><link rel="stylesheet" href="/api/reference.css"></head><body>
<h1>Tarsier API <span class="quiet">${escapeHtml(version)}</span></h1>
<p>Everything lies below <code>/api</code>, takes and gives JSON, and is described for programs in <a href="/api/openapi.json">openapi.json</a>.
Programs send a token: <code>Authorization: Bearer tsr_…</code>. Browsers have a session cookie, and send the header <code>X-CSRF-Token</code> with all but GET.
Failures are problems as of RFC 9457, with a <code>code</code> and a <code>fix</code>. Times in answers are ns since 1970.</p>
${resources.map(section).join('\n')}
</body></html>
`
}

const section = ({ name, doc, routes }: Resource): string =>
  `<h2 id="${escapeHtml(name)}">${escapeHtml(name)}</h2>\n<p>${prose(doc)}</p>\n${routes.map(details).join('\n')}`

function details(route: Route): string {
  const { method, path, needs, summary, doc, sessionOnly } = route
  const parts = [
    doc === undefined ? '' : `<p>${prose(doc)}</p>`,
    sessionOnly ? '<p>API tokens may not.</p>' : '',
    table('in the path', route.params),
    table('in the query', route.query),
    table('in the body', route.body),
    answer(route),
  ]
  return `<details><summary><span class="method">${method}</span><span class="path">/api${escapeHtml(path)}</span><span class="what">${prose(summary)}</span><span class="role">${ROLE_TEXT[needs]}</span></summary>${parts.join('')}</details>`
}

interface Described {
  readonly properties?: Readonly<Record<string, TSchema & { readonly description?: string }>>
  readonly required?: readonly string[]
}

function table(where: string, schema: TSchema | undefined): string {
  const { properties = {}, required = [] } = (schema ?? {}) as Described
  const rows = Object.entries(properties).map(
    ([name, one]) =>
      `<tr><td><code>${escapeHtml(name)}</code></td><td class="quiet">${escapeHtml(typeText(one))}${required.includes(name) ? '' : OPTIONAL}</td><td>${prose(one.description ?? '')}</td></tr>`,
  )
  return rows.length === 0 ? '' : `<table><tr><th colspan="3">${where}</th></tr>${rows.join('')}</table>`
}

function answer({ answer: given, status }: Route): string {
  if (given === undefined) return '<p class="quiet">Answers 204 without a body.</p>'
  if (isMedia(given)) return `<p class="quiet">Answers ${escapeHtml(given.mediaType)}: ${prose(given.doc)}</p>`
  return `<p class="quiet">Answers ${status ?? 200}:</p><pre><code>${escapeHtml(typeText(given))}</code></pre>`
}

interface Typed extends Described {
  readonly title?: string
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly items?: TSchema
  readonly anyOf?: readonly TSchema[]
}

/** A short name of what a schema allows. */
function typeText(schema: TSchema): string {
  const { title, type, enum: values, const: value, items, anyOf, properties, required = [] } = schema as Typed
  if (title !== undefined) return title
  if (values !== undefined) return values.map((one) => JSON.stringify(one)).join(' | ')
  if (value !== undefined) return JSON.stringify(value)
  if (items !== undefined) return `list of ${typeText(items)}`
  if (anyOf !== undefined) return anyOf.map(typeText).join(' | ')
  if (properties === undefined) return type ?? 'anything'
  return `{ ${Object.entries(properties)
    .map(([name, one]) => `${name}${required.includes(name) ? '' : '?'}: ${typeText(one)}`)
    .join(', ')} }`
}

/** Text with `code` in it. */
const prose = (text: string): string => escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>')

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
