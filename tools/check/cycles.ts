import type { Check } from './check.ts'
import type { SourceTree } from './source-tree.ts'

export const cycles: Check = {
  name: 'cycles',
  doc: 'No file imports itself by way of others. `import type` does not count (it vanishes at run time), nor does `import()` (all is there when it comes).',
  run: (tree) => findCycles(tree).map((path) => `import cycle: ${path.join(' → ')}`),
}

/** Each cycle once, as the files on it, the first repeated at the end. */
function findCycles(tree: Pick<SourceTree, 'files'>): string[][] {
  const state = new Map<string, 'open' | 'done'>()
  const found: string[][] = []
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'open') found.push([...trail.slice(trail.indexOf(path)), path])
    if (state.has(path)) return
    state.set(path, 'open')
    for (const one of tree.files.get(path)?.imports ?? []) if (one.ours && !one.typeOnly && !one.lazy) visit(one.target, [...trail, path])
    state.set(path, 'done')
  }
  for (const path of tree.files.keys()) visit(path, [])
  return found
}
