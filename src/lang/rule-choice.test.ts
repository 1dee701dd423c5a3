import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { VOCABULARY } from '../events/fields.ts'
import { chosenFiles, loadChosenRules, managedFiles, type RuleChoice } from './rule-choice.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tarsier-choice-'))
  write('own/own.yaml', rule('Own'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const choice = (): RuleChoice => ({
  ...{ paths: [join(folder, 'own')], managed: join(folder, 'managed'), strict: false, matching: 'all', priority: undefined },
  ...{ enable: [], disable: [] },
})
const rule = (name: string) => ({ rule: name, desc: 'd', condition: 'evt.type = openat', output: 'o', priority: 'NOTICE' })

function write(path: string, ...items: readonly object[]): void {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), JSON.stringify(items))
}

const on = (): string[] =>
  loadChosenRules(choice(), VOCABULARY)
    .rules.filter(({ enabled }) => enabled)
    .map(({ name }) => name)

test('a managed folder that is missing or empty is no error; one with files comes last', () => {
  expect(on()).toEqual(['Own'])
  mkdirSync(join(folder, 'managed'))
  expect(on()).toEqual(['Own'])
  expect(managedFiles(choice())).toEqual([])
  write('managed/local/more.yaml', rule('More'))
  expect(chosenFiles(choice()).map((path) => path.slice(folder.length + 1))).toEqual(['own/own.yaml', 'managed/local/more.yaml'])
  expect(on()).toEqual(['Own', 'More'])
})

test('what a managed file changes is changed', () => {
  write('managed/overrides.yaml', { rule: 'Own', enabled: false })
  expect(on()).toEqual([])
})

test('a folder that was given itself has to hold rules', () => {
  rmSync(join(folder, 'own/own.yaml'))
  expect(() => chosenFiles(choice())).toThrow(expect.objectContaining({ code: 'FILE_NONE_IN_FOLDER' }))
})
