import { expect, test } from 'vitest'
import { LAYERS } from '../layers.ts'
import { reachOf } from './agent-reach.ts'
import type { Check } from './check.ts'
import { cycles } from './cycles.ts'
import { deadExports } from './dead-exports.ts'
import { licences } from './licences.ts'
import { lists } from './lists.ts'
import { lock } from './lock.ts'
import { sizes } from './sizes.ts'
import { sourceTreeOf } from './source-tree-of.ts'
import { walls } from './walls.ts'
import { words } from './words.ts'

const lines = (count: number, line = '  f()\n'): string => line.repeat(count)

/** [what it shows, the check, the files, a part of each problem expected]. */
const CASES: readonly (readonly [name: string, check: Check, files: Record<string, string>, problems: readonly string[]])[] = [
  ['a station may import a noun', walls, { 'src/detect/a.ts': "import { x } from '../events/b.ts'" }, []],
  [
    'a station may not import a station',
    walls,
    { 'src/detect/a.ts': "import { x } from '../enrich/b.ts'" },
    ['detect may not import src/enrich/b.ts'],
  ],
  ['not even a type of it', walls, { 'src/detect/a.ts': "import type { x } from '../enrich/b.ts'" }, ['detect may not import']],
  ['nor lazily', walls, { 'src/detect/a.ts': "const x = await import('../enrich/b.ts')" }, ['detect may not import']],
  ['nor by passing it on', walls, { 'src/detect/a.ts': "export * from '../enrich/b.ts'" }, ['detect may not import']],
  ['lib imports nothing of ours', walls, { 'src/lib/a.ts': "import { x } from '../events/b.ts'" }, ['lib may not import']],
  ['nor what lies outside of src', walls, { 'src/lib/a.ts': "import { x } from '../../tools/b.ts'" }, ['lib may not import tools/b.ts']],
  ['the console may import a type of the api', walls, { 'src/console/a.ts': "import type { x } from '../api/b.ts'" }, []],
  ['but no value of it', walls, { 'src/console/a.ts': "import { x } from '../api/b.ts'" }, ['console may not import']],
  ['a new folder needs a line in the table', walls, { 'src/extra/a.ts': '' }, ['src/extra: has no line']],
  ['an index.ts is refused', walls, { 'src/lib/index.ts': '' }, ['index.ts']],
  ['a second loader of the addon is refused', walls, { 'src/pipeline/a.ts': "process.dlopen(module, 'x')" }, ['may load the addon']],
  [
    'a cycle is told with its files',
    cycles,
    { 'a/a.ts': "import { b } from './b.ts'", 'a/b.ts': "import { a } from './a.ts'" },
    ['a/a.ts → a/b.ts → a/a.ts'],
  ],
  ['a cycle of types is none', cycles, { 'a/a.ts': "import { b } from './b.ts'", 'a/b.ts': "import type { a } from './a.ts'" }, []],
  ['nor is one that is loaded later', cycles, { 'a/a.ts': "import { b } from './b.ts'", 'a/b.ts': "await import('./a.ts')" }, []],
  ['a file of 500 lines is in order', sizes, { 'src/lib/a.ts': lines(500, '\n') }, []],
  ['one of 501 is not', sizes, { 'src/lib/a.ts': lines(501, '\n') }, ['501 lines']],
  ['a BPF program has at most 250', sizes, { 'native/bpf/a.bpf.c': lines(251, '\n') }, ['251 lines']],
  ['a function of 61 lines is too long', sizes, { 'src/lib/a.ts': `function f() {\n${lines(59)}}` }, ['a function of 61 lines']],
  [
    'a function that makes functions counts without them',
    sizes,
    { 'src/lib/a.ts': `const f = () => {\n${lines(30)}return { g() {\n${lines(50)}} }\n}` },
    [],
  ],
  ['a C function too', sizes, { 'native/addon/a.c': `int f(void)\n{\n${lines(60, '\tg();\n')}}\n` }, ['a function of 62 lines']],
  [
    'a kind that is not listed is found',
    lists,
    { 'src/events/kinds.ts': "import { a } from './kinds/a.ts'", 'src/events/kinds/a.ts': '', 'src/events/kinds/b.ts': '' },
    ['kinds/b.ts: is not in'],
  ],
  [
    'an export that nobody imports is dead',
    deadExports,
    { 'src/lib/a.ts': 'export const used = 1\nexport const dead = 2', 'src/lib/b.ts': "import { used } from './a.ts'" },
    ['nobody imports dead'],
  ],
  [
    'so is one of several that are taken out of an object',
    deadExports,
    { 'src/lib/a.ts': 'export const { used, inner: dead } = all', 'src/lib/b.ts': "import { used } from './a.ts'" },
    ['nobody imports dead'],
  ],
  ['an unfinished line is found', words, { 'src/lib/a.ts': '// TO'.concat('DO: later') }, ['unfinished work']],
  ['a name that says nothing is found', words, { 'src/lib/utils.ts': '' }, ['says nothing']],
  ['a hole in the types is found', words, { 'src/lib/a.ts': '// @ts-'.concat('ignore') }, ['a hole in the types']],
  ['kernel code must be GPL-2.0', licences, { 'native/bpf/a.bpf.c': '/* SPDX-License-Identifier: Apache-2.0 */' }, ['GPL-2.0']],
  [
    'a package for other machines that the lock leaves out is found',
    lock,
    {
      'package-lock.json': JSON.stringify({
        packages: { '': { dependencies: { a: '1' } }, 'node_modules/a': { optionalDependencies: { b: '1' } } },
      }),
    },
    ['node_modules/a asks for b'],
  ],
  [
    'a package may lie below another one',
    lock,
    {
      'package-lock.json': JSON.stringify({
        packages: {
          '': { dependencies: { '@x/a': '1' } },
          'node_modules/@x/a': {},
          'node_modules/@x/a/node_modules/b': { dependencies: { '@x/a': '1', c: '1' } },
          'node_modules/@x/a/node_modules/c': {},
        },
      }),
    },
    [],
  ],
  ['the addon must be Apache-2.0', licences, { 'native/addon/a.c': '/* SPDX-License-Identifier: Apache-2.0 */' }, []],
]

test.each(CASES)('%s', async (_, check, files, expected) => {
  const found = (await check.run(sourceTreeOf(files))).filter((problem) => !problem.endsWith(' is not there'))
  expect(found.length, found.join('\n')).toBe(expected.length)
  for (const [index, part] of expected.entries()) expect(found[index]).toContain(part)
})

test('the reach of the agent counts lazy imports, threads and what packages depend on, and no types', () => {
  const tree = sourceTreeOf({
    'src/bin/cli.ts': "import type { T } from '../api/t.ts'\nconst run = await import('../cli/run.ts')",
    'src/cli/thread.ts': "import 'commander'",
    'src/cli/run.ts':
      "import { parse } from 'yaml/deep'\nimport fs from 'node:fs'\nnew Worker(new URL('./thread.ts', import.meta.url))\nnew URL('./x.json', import.meta.url)",
    'src/api/t.ts': "import 'never'",
    'package-lock.json': JSON.stringify({ packages: { 'node_modules/yaml': { dependencies: { below: '1' } } } }),
  })
  expect(reachOf(tree)).toEqual({ folders: ['src/bin', 'src/cli'], packages: ['below', 'commander', 'yaml'] })
})

test('the table of layers has no way round: whatever a folder imports stands above it', () => {
  for (const [index, layer] of LAYERS.entries()) {
    const above = LAYERS.slice(0, index).map(({ folder }) => folder)
    expect(above, layer.folder).toEqual(expect.arrayContaining([...layer.mayImport]))
  }
})
