/** What there is to ask. */
import { openApiDocument } from '../reference/openapi.ts'
import { REFERENCE_STYLE, referencePage } from '../reference/reference-page.ts'
import { type Call, defineResource, type Resource, route } from '../route.ts'

/** It never changes while the server runs. */
const CACHED = 'no-cache'

export const reference = defineResource({
  name: 'reference',
  doc: 'This description, for programs and for readers.',
  routes: [
    route({
      method: 'GET',
      path: '/openapi.json',
      needs: 'anyone',
      summary: 'The API as OpenAPI 3.1.',
      answer: { mediaType: 'application/json', doc: 'An OpenAPI document.' },
      handler: (call) => send(call, 'application/json; charset=utf-8', documentOf(call)),
    }),
    route({
      method: 'GET',
      path: '/reference',
      needs: 'anyone',
      summary: 'The API as a page.',
      answer: { mediaType: 'text/html', doc: 'A page.' },
      handler: (call) => send(call, 'text/html; charset=utf-8', referencePage(call.resources, call.services.version)),
    }),
    route({
      method: 'GET',
      path: '/reference.css',
      needs: 'anyone',
      summary: 'How that page looks.',
      answer: { mediaType: 'text/css', doc: 'A style sheet.' },
      handler: (call) => send(call, 'text/css; charset=utf-8', REFERENCE_STYLE),
    }),
  ],
})

/** Made once: anyone may ask for it. */
const documents = new WeakMap<readonly Resource[], string>()

function documentOf({ resources, services }: Pick<Call, 'resources' | 'services'>): string {
  const text = documents.get(resources) ?? JSON.stringify(openApiDocument(resources, services.version))
  documents.set(resources, text)
  return text
}

function send({ reply }: Pick<Call, 'reply'>, type: string, text: string): void {
  reply.type(type).header('cache-control', CACHED).send(text)
}
