import { LISTS } from '../layers.ts'
import type { Check } from './check.ts'
import type { SourceTree } from './source-tree.ts'

export const lists: Check = {
  name: 'lists',
  doc: 'Every file of an extensible folder stands in the list of that folder (tools/layers.ts): code is listed, never scanned.',
  run: (tree) => LISTS.flatMap((entry) => unlisted(tree, entry)),
}

function unlisted(tree: SourceTree, { folder, list }: (typeof LISTS)[number]): string[] {
  const listed = new Set(tree.files.get(list)?.imports.map((one) => one.target))
  if (!tree.files.has(list)) return [`${list}: the list of ${folder} is not there`]
  return [...tree.files.keys()]
    .filter((path) => path.startsWith(`${folder}/`) && !path.slice(folder.length + 1).includes('/') && !path.endsWith('.test.ts'))
    .filter((path) => !listed.has(path) && path !== list && isDefinition(tree, path))
    .map((path) => `${path}: is not in ${list}`)
}

/** `define-….ts` and files that the definitions share (imported by a definition of the same folder) are none themselves. */
function isDefinition(tree: SourceTree, path: string): boolean {
  const folder = path.slice(0, path.lastIndexOf('/'))
  return ![...tree.files.values()].some((file) => file.path.startsWith(`${folder}/`) && file.imports.some((one) => one.target === path))
}
