/**
 * The walls: which folder of src/ may import which. Read from the top it is the way an event takes.
 * `npm run check` fails on any other import. `type`: only what vanishes at run time (`import type`).
 */
export interface Layer {
  readonly folder: string
  readonly mayImport: readonly string[]
  readonly type?: readonly string[]
}

const NOUNS = ['lib', 'events', 'findings']

export const LAYERS: readonly Layer[] = [
  { folder: 'lib', mayImport: [] },
  { folder: 'events', mayImport: ['lib'] },
  { folder: 'findings', mayImport: ['lib', 'events'] },
  { folder: 'lang', mayImport: ['lib', 'events'] },
  { folder: 'sigma', mayImport: ['lib', 'events', 'lang'] },
  // Stations. They never import each other: what passes between them are nouns.
  { folder: 'sources', mayImport: ['lib', 'events'] },
  { folder: 'enrich', mayImport: ['lib', 'events'] },
  { folder: 'detect', mayImport: [...NOUNS, 'lang'] },
  { folder: 'correlate', mayImport: [...NOUNS, 'lang'] },
  { folder: 'respond', mayImport: NOUNS },
  { folder: 'store', mayImport: NOUNS },
  { folder: 'notify', mayImport: NOUNS },
  { folder: 'coverage', mayImport: [...NOUNS, 'lang'] },
  { folder: 'prove', mayImport: [...NOUNS, 'lang'] },
  // The one place that knows every station.
  {
    folder: 'pipeline',
    mayImport: [...NOUNS, 'lang', 'sources', 'enrich', 'detect', 'correlate', 'respond', 'store', 'notify', 'prove', 'coverage'],
    type: ['api'],
  },
  { folder: 'api', mayImport: [...NOUNS, 'lang', 'respond', 'store'] },
  { folder: 'cli', mayImport: [...NOUNS, 'lang', 'detect', 'correlate', 'coverage', 'sigma'], type: ['api', 'store'] },
  { folder: 'console', mayImport: [...NOUNS, 'lang'], type: ['api', 'store'] },
  { folder: 'bin', mayImport: ['lib', 'findings', 'pipeline', 'api', 'cli'] },
]

/** The only file that loads the native addon. */
export const ADDON_LOADER = 'src/sources/ebpf/addon.ts'

export interface List {
  readonly folder: string
  readonly list: string
  /** Where a folder holds other files too: what only a definition has in it. */
  readonly mark?: RegExp
}

/** Folders whose files are definitions, each with the file that lists them: one definition, one file, one line there. */
export const LISTS: readonly List[] = [
  { folder: 'src/events/kinds', list: 'src/events/kinds.ts' },
  { folder: 'src/events/fields', list: 'src/events/fields.ts' },
  { folder: 'src/lang/operators', list: 'src/lang/operators.ts' },
  { folder: 'src/lang/transformers', list: 'src/lang/transformers.ts' },
  { folder: 'src/sigma/modifiers', list: 'src/sigma/modifiers.ts' },
  { folder: 'src/sigma/sources', list: 'src/sigma/sources.ts' },
  { folder: 'src/enrich/container-state', list: 'src/enrich/container-state.ts' },
  { folder: 'src/respond/actions', list: 'src/respond/actions.ts' },
  { folder: 'src/respond/runtimes', list: 'src/respond/runtimes.ts', mark: /: ContainerRuntime = / },
  { folder: 'src/notify', list: 'src/notify/outputs.ts', mark: /= defineOutput\(/ },
  { folder: 'src/cli/commands', list: 'src/cli/commands.ts' },
  { folder: 'src/api/resources', list: 'src/api/resources.ts' },
  { folder: 'src/console/actions', list: 'src/console/actions.ts' },
]
