import { expect, test } from 'vitest'
import { KINDS } from '../../../events/kinds.ts'
import { parseSearch } from '../../app/url-state.ts'
import { objectOf } from './event-text.ts'
import { fieldGroups } from './field-groups.ts'
import { KIND_FAMILIES, namedKinds } from './kind-families.ts'
import { reachOf } from './reach.ts'
import { eventNameText, parseEvents } from './use-events.ts'

const USUAL = { condition: '', from: undefined, to: undefined, host: [], kind: [], process: undefined, event: undefined }

test.each([
  ['nothing said is everything', '', {}],
  ['a condition of a time', '?condition=proc.name%20%3D%20bash&from=7d', { condition: 'proc.name = bash', from: '7d' }],
  ['hosts, kinds and a process', '?host=a&host=b&kind=file.open&process=1@2', { host: ['a', 'b'], kind: ['file.open'], process: '1@2' }],
  ['the open event, also where its id has a slash in it', '?event=web-1/a/b', { event: { hostname: 'web-1', id: 'a/b' } }],
  ['an event without its host is none', '?event=abc&other=1', {}],
])('%s', (_, search, state) => {
  expect(parseEvents(parseSearch(search))).toEqual({ ...USUAL, ...state })
})

test('the name of an event is read as it is written', () => {
  const event = { hostname: 'web-1', id: 'boot/3/77' }
  expect(parseEvents({ event: eventNameText(event) }).event).toEqual(event)
})

test('every kind of event can be chosen, in one family', () => {
  expect(KIND_FAMILIES.flatMap(({ kinds }) => kinds).toSorted()).toEqual(KINDS.map(({ name }) => name).toSorted())
})

test('a family that is chosen whole is named once, beside single kinds', () => {
  const memory = KIND_FAMILIES.find(({ name }) => name === 'Memory and injection')?.kinds ?? []
  expect(namedKinds(['file.open', ...memory, 'plugin']).map(({ name }) => name)).toEqual(['Memory and injection', 'file.open', 'plugin'])
})

test('how far the list reaches, and since when there was nothing', () => {
  const page = (items: number, scanned: number, exact = false) => ({ items: new Array(items).fill({}), scanned, exact })
  expect(reachOf([])).toEqual({ exact: true, scanned: 0, sinceLast: 0 })
  expect(reachOf([page(2, 10), page(0, 200), page(0, 300)])).toEqual({ exact: false, scanned: 510, sinceLast: 500 })
  expect(reachOf([page(0, 200), page(1, 300)])).toEqual({ exact: false, scanned: 500, sinceLast: 0 })
})

test.each([
  ['a program that starts is its command line', 'process.exec', { 'proc.cmdline': 'ls -l', 'fd.name': '/x' }, 'ls -l'],
  ['what was opened', 'file.open', { 'proc.cmdline': 'ls -l', 'fd.name': '/etc/shadow' }, '/etc/shadow'],
  ['arguments where there is nothing else', 'cred.prctl', { 'fd.name': null, 'evt.args': ['a=1', 'b=2'] }, 'a=1, b=2'],
  ['nothing', 'cred.prctl', {}, ''],
])('one line for an event: %s', (_, kind, fields, text) => {
  expect(objectOf({ kind, fields })).toBe(text)
})

test('fields by what they are about, in an order that stays; what has no value is left out, and lists narrow nothing', () => {
  const fields = { 'proc.name': 'cat', 'dns.question': 'a.b', 'evt.res': 'OK', 'evt.args': ['a', 'b'], 'fd.name': null, 'user.uid': 0 }
  expect(
    fieldGroups(fields).map(({ title, fields: found }) => [title, ...found.map(({ name, isNarrowing }) => `${name} ${isNarrowing}`)]),
  ).toEqual([
    ['Event', 'evt.args false', 'evt.res true'],
    ['Process', 'proc.name true'],
    ['User', 'user.uid true'],
    ['dns', 'dns.question true'],
  ])
})
