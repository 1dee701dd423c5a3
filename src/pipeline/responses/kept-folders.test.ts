import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { shareOf } from '../../respond/kept-share.ts'
import { createKeptFolders, type KeptFolder, keptBytes } from './kept-folders.ts'

const KIB = 1024
const DAY_MS = 86_400_000
const NOW_MS = 1_800_000_000_000
let root: string
let told: string[]
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tarsier-kept-'))
  told = []
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function put(folder: KeptFolder, name: string, ageMs: number, bytes = 64 * KIB): void {
  const path = join(root, folder, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, Buffer.alloc(bytes, 1))
  utimesSync(path, new Date(NOW_MS - ageMs), new Date(NOW_MS - ageMs))
}

const limit = { maxBytes: 256 * KIB, maxAgeMs: 30 * DAY_MS }
const folders = () =>
  createKeptFolders({
    ...{ state: root, limits: { evidence: limit, flight: limit }, nowMs: () => NOW_MS },
    onDeleted: (_, words) => told.push(words),
    onFailed: (folder, reason) => told.push(`${folder}: ${reason}`),
  })
const left = (folder: KeptFolder): string[] => readdirSync(join(root, folder)).sort()

test('what is too old goes, and that is told and counted', () => {
  put('evidence', 'old', 31 * DAY_MS)
  put('evidence', 'new', DAY_MS)
  put('flight', 'old', 31 * DAY_MS)
  const kept = folders()
  kept.expire()
  expect([left('evidence'), left('flight')]).toEqual([['new'], []])
  expect(told[0]).toBe('1 files (64.0 KiB) of evidence were thrown away: they were too old')
  expect(kept.state().evidence).toEqual({ files: 1, bytes: 64 * KIB, deleted: { files: 1, bytes: 64 * KIB } })
})

test('where there is too much, the oldest go until there is some room, and what is just being written stays', () => {
  for (let day = 1; day <= 6; day++) put('evidence', `day${day}`, day * DAY_MS)
  put('evidence', 'now', 1000)
  const kept = folders()
  kept.expire()
  expect(left('evidence')).toEqual(['day1', 'day2', 'now'])
  expect(kept.state().evidence.deleted).toEqual({ files: 4, bytes: 256 * KIB })
  expect(told).toEqual(['4 files (256.0 KiB) of evidence were thrown away: it had 448.0 KiB'])
})

test('a file that cannot be thrown away keeps no other, and that is told', ({ onTestFinished, skip }) => {
  for (let day = 1; day <= 6; day++) put('evidence', `day${day}`, day * DAY_MS)
  const fixed = join(root, 'evidence/day6')
  const attribute = (how: string): number | null => spawnSync('chattr', [how, fixed]).status
  onTestFinished(() => void attribute('-i'))
  if (attribute('+i') !== 0) skip('this file system, or this user, cannot make a file that stays')
  const kept = folders()
  kept.expire()
  attribute('-i')
  expect(left('evidence')).toEqual(['day1', 'day2', 'day6'])
  expect(kept.state().evidence.deleted).toEqual({ files: 3, bytes: 192 * KIB })
  expect(told).toEqual([
    '3 files (192.0 KiB) of evidence were thrown away: it had 384.0 KiB',
    expect.stringMatching(/^evidence: 1 files: EPERM/),
  ])
})

test('as soon as more was written than there is room for, the oldest go', () => {
  for (let day = 1; day <= 4; day++) put('flight', `day${day}`, day * DAY_MS)
  const kept = folders()
  kept.expire()
  put('flight', 'new', 0)
  kept.wrote('flight', 64 * KIB)
  expect(left('flight')).toEqual(['day1', 'day2', 'new'])
})

test('of those that have most the oldest go: who makes much evidence of himself pushes out nobody else’s', () => {
  put('evidence', 'victim/old', 20 * DAY_MS)
  for (let hour = 1; hour <= 9; hour++) put('evidence', `loud/hour${hour}`, hour * 3_600_000)
  put('evidence', 'by-hand', 25 * DAY_MS)
  folders().expire()
  expect(readdirSync(join(root, 'evidence/loud'))).toEqual(['hour1'])
  expect(left('evidence')).toEqual(['by-hand', 'loud', 'victim'])
})

test('no folder of a workload stays when all in it went', () => {
  put('evidence', 'gone/old', 31 * DAY_MS)
  put('evidence', 'here/new', DAY_MS)
  folders().expire()
  expect(left('evidence')).toEqual(['here'])
})

test('a name that somebody chose for a container is no way out of the folder', () => {
  expect([shareOf(undefined), shareOf('ab'.repeat(32))]).toEqual(['host', 'abababababab'])
  for (const name of ['../../etc', '..', 'host', '']) expect(shareOf(name)).toMatch(/^[0-9a-f]{12}$/)
})

test('quarantine is never thrown away, and no link is followed', () => {
  for (let day = 1; day <= 9; day++) put('quarantine', `id${day}/sealed`, 400 * day * DAY_MS)
  put('evidence', 'x', 0)
  mkdirSync(join(root, 'elsewhere'))
  writeFileSync(join(root, 'elsewhere/file'), 'theirs')
  utimesSync(join(root, 'elsewhere/file'), new Date(0), new Date(0))
  symlinkSync(join(root, 'elsewhere'), join(root, 'evidence/link'))
  const kept = folders()
  kept.expire()
  expect([left('quarantine').length, kept.state().quarantine.files, keptBytes(root, 'quarantine').files]).toEqual([9, 9, 9])
  expect([readdirSync(join(root, 'elsewhere')), told]).toEqual([['file'], []])
})
