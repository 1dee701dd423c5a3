import { expect, test } from 'vitest'
import { eventsOf, observed, ruleOf } from './rules.ts'

const AB = `sequence:
  by: proc.pid
  within: 100ms
  steps:
    - {name: a, condition: evt.type = openat}
    - {name: b, condition: evt.type = connect}
  until: evt.type = setuid`
const ABC = `sequence:
  by: proc.pid
  within: 100ms
  steps:
    - {name: a, condition: evt.type = openat}
    - {name: b, condition: evt.type = connect}
    - {name: c, condition: evt.type = execve}`
const AA = `sequence:
  by: proc.pid
  within: 100ms
  steps:
    - {name: first, condition: evt.type = openat}
    - {name: again, condition: evt.type = openat}`
const NOT_B = `sequence:
  by: proc.pid
  within: 100ms
  steps:
    - {name: a, condition: evt.type = openat}
    - {name: b, condition: evt.type = connect, absent: true}
  until: evt.type = setuid`
const MANY = 'condition: evt.type = openat\nthreshold: {by: proc.pid, count: 3, within: 100ms}'
const DISTINCT = 'condition: evt.type = openat\nthreshold: {by: proc.pid, count: 3, within: 100ms, distinct: fd.name}'

const NEW = 'condition: evt.type = openat\nfirst_seen: {by: proc.pid, value: fd.name, within: 100ms, learning: 0s}'
const LEARNED = NEW.replace('0s', '10ms')

/** Of the findings, the event each is made of, its time and the numbers of the events that came to it. */
const CASES: readonly [name: string, body: string, events: string, found: string][] = [
  ['steps in their order and in time', AB, 'a1@0, b1@100', 'b1@100 of 1 2'],
  ['not after the time', AB, 'a1@0, b1@101', ''],
  ['not the other way round', AB, 'b1@0, a1@50', ''],
  ['not of different keys', AB, 'a1@0, b2@50', ''],
  ['keys do not get in each other’s way', AB, 'a1@0, a2@1, b2@2, b1@3', 'b2@2 of 2 3; b1@3 of 1 4'],
  ['the first step that came last counts', AB, 'a1@0, a1@60, b1@120', 'b1@120 of 2 3'],
  ['a finding uses up its events', AB, 'a1@0, b1@10, b1@20', 'b1@10 of 1 2'],
  ['what breaks it off', AB, 'a1@0, u1@10, b1@20', ''],
  ['what breaks off another key', AB, 'a1@0, u2@10, b1@20', 'b1@20 of 1 3'],
  ['after what breaks it off it begins anew', AB, 'a1@0, u1@10, a1@15, b1@20', 'b1@20 of 3 4'],
  ['three steps', ABC, 'a1@0, b1@50, c1@100', 'c1@100 of 1 2 3'],
  ['three steps, the time counted from the first', ABC, 'a1@0, b1@50, c1@101', ''],
  ['a step in between is no harm', ABC, 'a1@0, b1@10, a1@20, c1@30', 'c1@30 of 1 2 4'],
  ['the middle one must come after the first', ABC, 'b1@0, a1@10, c1@30', ''],
  ['one event is not two steps', AA, 'a1@0', ''],
  ['two events are', AA, 'a1@0, a1@5, a1@10, a1@15', 'a1@5 of 1 2; a1@15 of 3 4'],
  ['events that come in the wrong order, by the times they have', AB, 'b1@5, a1@1', 'b1@5 of 2 1'],
  ['three in the wrong order', ABC, 'c1@7, b1@5, a1@1', 'c1@7 of 3 2 1'],
  ['not when they are further apart', AB, 'b1@50, a1@1', ''],
  ['what has not followed', NOT_B, 'a1@0', 'a1@100 of 1'],
  ['what has followed', NOT_B, 'a1@0, b1@100', ''],
  ['what has followed too late', NOT_B, 'a1@0, b1@101', 'a1@100 of 1'],
  ['what has followed another', NOT_B, 'a1@0, b2@10', 'a1@100 of 1'],
  ['what was before does not follow', NOT_B, 'b1@0, a1@50', 'a1@150 of 2'],
  ['an absence that is broken off', NOT_B, 'a1@0, u1@10', ''],
  ['an absence once for what comes meanwhile', NOT_B, 'a1@0, a1@10, a1@20', 'a1@100 of 1'],
  ['an absence after another', NOT_B, 'a1@0, a1@150', 'a1@100 of 1; a1@250 of 2'],
  ['an absence after events in the wrong order', NOT_B, 'b1@5, a1@1', ''],
  ['as many as are counted', MANY, 'a1@0, a1@1, a1@100', 'a1@100 of 1 2 3'],
  ['too few', MANY, 'a1@0, a1@1', ''],
  ['too slow', MANY, 'a1@0, a1@1, a1@101', ''],
  ['the window slides', MANY, 'a1@0, a1@60, a1@120, a1@130', 'a1@130 of 1 2 3 4'],
  ['counted from nothing again', MANY, 'a1@0, a1@1, a1@2, a1@3, a1@4, a1@5', 'a1@2 of 1 2 3; a1@5 of 4 5 6'],
  ['each key for itself', MANY, 'a1@0, a2@1, a1@2, a2@3', ''],
  ['a count with one that came late', MANY, 'a1@0, a1@101, a1@96', ''],
  ['a count to which one that came late belongs', MANY, 'a1@2, a1@101, a1@96', 'a1@96 of 1 2 3'],
  ['different values', DISTINCT, 'a1@0 x, a1@1 y, a1@2 z', 'a1@2 of 1 2 3'],
  ['equal values', DISTINCT, 'a1@0 x, a1@1 y, a1@2 y, a1@3 x', ''],
  ['a value too old', DISTINCT, 'a1@0 x, a1@50 y, a1@101 z', ''],
  ['a value seen again', DISTINCT, 'a1@0 x, a1@50 y, a1@60 x, a1@101 z', 'a1@101 of 1 2 3 4'],
  ['a value for the first time', NEW, 'a1@0 x, a1@1 x, a1@2 y', 'a1@0 of 1; a1@2 of 3'],
  ['each key has values of its own', NEW, 'a1@0 x, a2@1 x', 'a1@0 of 1; a2@1 of 2'],
  ['a value not seen for long', NEW, 'a1@0 x, a1@100 x, a1@201 x', 'a1@0 of 1; a1@201 of 3'],
  ['first values are learned', LEARNED, 'a1@0 x, a1@9 y, a1@10 z, a1@11 x', 'a1@10 of 3'],
  ['a key that comes later learns later', LEARNED, 'a1@0 x, a2@50 x, a2@59 y, a2@60 z', 'a2@60 of 4'],
]

test.each(CASES)('%s', (_, body, events, found) => {
  const correlator = observed()
  correlator.push(ruleOf(body), eventsOf(events))
  correlator.advance(Number.POSITIVE_INFINITY)
  expect(correlator.found.join('; ')).toBe(found)
})

test('an absence is told when its time is over, not before', () => {
  const { push, advance, found } = observed()
  push(ruleOf(NOT_B), eventsOf('a1@0'))
  advance(100e6)
  expect(found).toEqual([])
  advance(111e6)
  expect(found).toEqual(['a1@100 of 1'])
})

test('an event without a field of the key takes no part', () => {
  const { push, found } = observed()
  push(ruleOf(MANY.replace('proc.pid', 'fd.sport')), eventsOf('a1@0, a1@1, a1@2'))
  expect(found).toEqual([])
})

test('values are told apart by all of a long text', () => {
  const { push, found } = observed()
  const long = 'x'.repeat(100)
  push(ruleOf(DISTINCT), eventsOf(`a1@0 ${long}1, a1@1 ${long}2, a1@2 ${long}1`))
  expect(found).toEqual([])
  push(ruleOf(DISTINCT), eventsOf(`a2@0 ${long}1, a2@1 ${long}2, a2@2 ${long}3`))
  expect(found).toHaveLength(1)
})

test('what is too old is forgotten', () => {
  const { push, advance, stats } = observed()
  push(ruleOf(AB), eventsOf('a1@0, a2@90'))
  expect(stats().keys).toBe(2)
  advance(130e6)
  expect(stats().keys).toBe(1)
  advance(300e6)
  expect(stats()).toEqual({ keys: 0, evicted: new Map() })
})

test('of too many keys the oldest is forgotten, and that is counted', () => {
  const { push, found, stats } = observed({ maxKeys: 2 })
  push(ruleOf(AB), eventsOf('a1@0, a2@1, a3@2, b1@3, b2@4, b3@5'))
  expect(found).toEqual(['b2@4 of 2 5', 'b3@5 of 3 6'])
  expect(stats().evicted).toEqual(new Map([['r', 1]]))
})

test('rules share their memory, and the one that takes most loses keys', () => {
  const { push, stats } = observed({ maxUsed: 30 })
  const small = ruleOf(AB, 'small')
  push(small, eventsOf('a1@0'))
  push(ruleOf(DISTINCT, 'large'), eventsOf('a1@0 x, a1@0 y, a2@0 x, a2@0 y, a3@0 x, a3@0 y, a4@0 x, a4@0 y, a5@0 x, a5@0 y'))
  expect([...stats().evicted.keys()]).toEqual(['large'])
})

test('a rule that was loaded anew and says the same goes on where it was, one that says something else does not', () => {
  const same = observed()
  same.push(ruleOf(AB), eventsOf('a1@0'))
  same.push(ruleOf(AB), eventsOf('b1@5'))
  expect(same.found).toHaveLength(1)
  const other = observed()
  other.push(ruleOf(AB), eventsOf('a1@0'))
  other.push(ruleOf(AB.replace('100ms', '99ms')), eventsOf('b1@5'))
  expect(other.found).toEqual([])
})

test('what was learned goes on after a restart, with the same fields only', () => {
  const first = observed()
  first.push(ruleOf(LEARNED), eventsOf('a1@0 x, a1@5 y'))
  const saved = first.save()
  const second = observed({ saved })
  expect(second.save()).toEqual(saved)
  second.push(ruleOf(LEARNED), eventsOf('a1@12 x, a1@13 z'))
  expect(second.found).toEqual(['a1@13 of 2'])
  const other = observed({ saved })
  other.push(ruleOf(LEARNED.replace('fd.name', 'proc.name')), eventsOf('a1@12 x, a1@13 z'))
  expect(other.found).toEqual([])
})

test('what was learned goes on with other times', () => {
  const { push, found } = observed()
  push(ruleOf(LEARNED), eventsOf('a1@0 x'))
  push(ruleOf(LEARNED.replace('100ms', '200ms')), eventsOf('a1@12 x, a1@13 z'))
  expect(found).toEqual(['a1@13 of 2'])
})
