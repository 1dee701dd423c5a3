import { expect, test } from 'vitest'
import { parseSearch } from '../../app/url-state.ts'
import { parseIncidents } from './use-incidents.ts'

const USUAL = { choice: 'open', text: '', mine: false, order: 'risk', host: [], from: undefined, to: undefined }

test.each([
  ['nothing said is what is open, by risk, of any time', '', {}],
  ['a host, or several', '?host=a&host=b', { host: ['a', 'b'] }],
  ['closed ones of a week that are mine', '?state=closed&from=7d&mine=true', { choice: 'closed', from: '7d', mine: true }],
  ['what it does not know is as if it were not there', '?state=odd&order=name&mine=yes&other=1', {}],
  ['a name given twice counts once where one is wanted', '?text=a&text=b', { text: 'a' }],
])('%s', (_, search, state) => {
  expect(parseIncidents(parseSearch(search))).toEqual({ ...USUAL, ...state })
})
