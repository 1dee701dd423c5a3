import { afterAll, beforeAll, expect, test } from 'vitest'
import { RESOURCES } from '../resources.ts'
import { openSampleApi, type SampleApi } from '../sample-api.ts'
import { openApiDocument } from './openapi.ts'

const document = openApiDocument(RESOURCES, '1.2.3')
const ROUTES = RESOURCES.flatMap(({ routes }) => routes)

let api: SampleApi
beforeAll(async () => {
  api = await openSampleApi()
})
afterAll(() => api.close())

interface Operation {
  readonly operationId: string
  readonly 'x-role': string
  readonly parameters?: readonly { readonly name: string; readonly in: string }[]
}
const operations = Object.entries(document.paths as Readonly<Record<string, Readonly<Record<string, Operation>>>>).flatMap(
  ([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
)

test('the document tells of every route, with its least role and all parameters of its path', () => {
  expect(operations).toHaveLength(ROUTES.length)
  expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(ROUTES.length)
  for (const { path, operation } of operations) {
    const named = (path.match(/\{(\w+)\}/g) ?? []).map((part) => part.slice(1, -1))
    const told = (operation.parameters ?? []).filter((one) => one.in === 'path').map(({ name }) => name)
    expect(told, path).toEqual(named)
    expect(operation['x-role']).toMatch(/^(anyone|viewer|analyst|responder|admin)$/)
  }
})

test('every reference in it leads somewhere', () => {
  const text = JSON.stringify(document)
  const { schemas } = document.components as { readonly schemas: Readonly<Record<string, unknown>> }
  const wanted = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name ?? ''))
  expect([...wanted].filter((name) => schemas[name] === undefined)).toEqual([])
  expect(Object.keys(schemas).filter((name) => !wanted.has(name))).toEqual([])
})

test('secrets are marked as such, so that no log and no form shows them', () => {
  const bodies = ROUTES.flatMap(({ body }) => Object.entries((body?.properties ?? {}) as Readonly<Record<string, { writeOnly?: boolean }>>))
  const secrets = bodies.filter(([name]) => /password|secret|current|next/i.test(name))
  expect(secrets.length).toBeGreaterThan(5)
  expect(secrets.filter(([, schema]) => schema.writeOnly !== true).map(([name]) => name)).toEqual([])
})

test('it is served to anyone, as JSON', async () => {
  const { status, json } = await api.nobody.ask('GET', '/api/openapi.json')
  expect({ status, openapi: json?.openapi }).toEqual({ status: 200, openapi: '3.1.0' })
})

test('the page tells of every route, and needs nothing that the policy forbids', async () => {
  const { text, headers } = await api.nobody.ask('GET', '/api/reference')
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
  for (const { path } of ROUTES) expect(text).toContain(`/api${path}<`)
  expect(text).not.toMatch(/<script|<style| style=| on\w+=|https?:/)
  expect((await api.nobody.ask('GET', '/api/reference.css')).headers.get('content-type')).toBe('text/css; charset=utf-8')
})
