import { LISTS, type List } from '../layers.ts'
import type { Check } from './check.ts'
import type { SourceTree } from './source-tree.ts'

export const lists: Check = {
  name: 'lists',
  doc: 'Every file of an extensible folder stands in the list of that folder (tools/layers.ts): code is listed, never scanned.',
  run: (tree) => LISTS.flatMap((entry) => unlisted(tree, entry)),
}

function unlisted(tree: SourceTree, { folder, list, mark }: List): string[] {
  const listed = new Set(tree.files.get(list)?.imports.map((one) => one.target))
  if (!tree.files.has(list)) return [`${list}: the list of ${folder} is not there`]
  return [...tree.files.values()]
    .filter(({ path }) => path.startsWith(`${folder}/`) && !path.slice(folder.length + 1).includes('/') && !/\.test\.tsx?$/.test(path))
    .filter(({ path, text }) => !listed.has(path) && (mark === undefined ? isDefinition(tree, folder, path) : mark.test(text)))
    .map(({ path }) => `${path}: is not in ${list}`)
}

/** A file that others of its folder import is not a definition, but something that definitions share. */
function isDefinition(tree: SourceTree, folder: string, path: string): boolean {
  return ![...tree.files.values()].some((file) => file.path.startsWith(`${folder}/`) && file.imports.some((one) => one.target === path))
}
