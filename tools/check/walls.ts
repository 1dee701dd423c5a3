import { ADDON_LOADER, LAYERS, type Layer } from '../layers.ts'
import type { Check } from './check.ts'
import type { Import, SourceFile, SourceTree } from './source-tree.ts'

export const walls: Check = {
  name: 'walls',
  doc: 'A folder of src/ imports only what tools/layers.ts allows; one file alone loads the addon; no index.ts.',
  run: (tree) => [...tree.files.values()].flatMap((file) => [...importProblems(file), ...ownProblems(file)]).concat(unknownFolders(tree)),
}

const LAYER_OF: ReadonlyMap<string, Layer> = new Map(LAYERS.map((layer) => [layer.folder, layer]))

/** The folder below src/, or undefined for a file elsewhere (tools, bench, test may import anything). */
const folderOf = (path: string): string | undefined => /^src\/([^/]+)\//.exec(path)?.[1]

function importProblems(file: SourceFile): string[] {
  const folder = folderOf(file.path)
  const layer = LAYER_OF.get(folder ?? '')
  if (layer === undefined) return []
  return file.imports
    .filter((one) => one.ours && !allowed(layer, file, one))
    .map((one) => `${file.path}:${one.line}: ${folder} may not import ${one.target}`)
}

function allowed(layer: Layer, file: SourceFile, { target, typeOnly }: Import): boolean {
  const to = folderOf(target)
  // Tests may use what test/ holds for them all; the data of generated and JSON files at the root is nobody's.
  if (to === undefined) return target === 'package.json' || (isTest(file.path) && target.startsWith('test/'))
  return to === layer.folder || layer.mayImport.includes(to) || (typeOnly && (layer.type ?? []).includes(to))
}

function ownProblems(file: SourceFile): string[] {
  const problems: string[] = []
  if (/(^|\/)index\.tsx?$/.test(file.path))
    problems.push(`${file.path}: a folder is entered by the file that bears its name, not by an index.ts`)
  if (file.path.startsWith('src/') && file.path !== ADDON_LOADER && LOADS_ADDON.test(file.text)) {
    problems.push(`${file.path}: only ${ADDON_LOADER} may load the addon`)
  }
  return problems
}

const LOADS_ADDON = /\bprocess\.dlopen\(|\bsensor\.node\b/

const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path)

/** A new folder needs its line in the table. */
function unknownFolders(tree: SourceTree): string[] {
  const folders = new Set([...tree.files.keys()].map(folderOf).filter((folder) => folder !== undefined))
  return [...folders].filter((folder) => !LAYER_OF.has(folder)).map((folder) => `src/${folder}: has no line in tools/layers.ts`)
}
