import { expect, test } from 'vitest'
import { parseSearch } from '../../app/url-state.ts'
import { wantedPath } from './use-login.ts'

test.each([
  ['nothing wanted is the first page', '', '/'],
  ['a page with its parameters', `?to=${encodeURIComponent('/incidents/7?tab=notes')}`, '/incidents/7?tab=notes'],
  ['another’s site', '?to=https://evil.example/', '/'],
  ['another’s site without its scheme', '?to=//evil.example/x', '/'],
  ['another’s site behind a backslash', `?to=${encodeURIComponent('/\\evil.example')}`, '/'],
  ['a script', '?to=javascript:alert(1)', '/'],
  ['the login page itself would lead nowhere', '?to=/login', '/'],
])('%s', (_, search, path) => {
  expect(wantedPath(parseSearch(search))).toBe(path)
})
