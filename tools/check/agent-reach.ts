import type { Check } from './check.ts'
import type { SourceTree } from './source-tree.ts'

const ENTRY = 'src/bin/cli.ts'
/** Where commands begin that do not watch the kernel, and bring their own packages: the agent never goes there. */
const APART: ReadonlySet<string> = new Set(['src/pipeline/store-work.ts', 'src/pipeline/resend.ts', 'src/bin/serve.ts'])
const COMMITTED = 'tools/agent-reach.json'

export const agentReach: Check = {
  name: 'agent reach',
  doc: `What the agent loads as root (folders and npm packages, reached from ${ENTRY}) is what ${COMMITTED} says: a new thing that runs as root is a reviewed diff.`,
  run: (tree) => {
    const committed = JSON.parse(tree.read(COMMITTED)) as Reach
    const actual = reachOf(tree)
    return [...differences('folders', committed, actual), ...differences('packages', committed, actual)]
  },
}

function differences(part: keyof Reach, committed: Reach, actual: Reach): string[] {
  const added = actual[part].filter((name) => !committed[part].includes(name))
  const gone = committed[part].filter((name) => !actual[part].includes(name))
  return [
    ...added.map((name) => `${name} is new under root: if it belongs there, add it to "${part}" in ${COMMITTED}`),
    ...gone.map((name) => `${name} is not reached any more: take it from "${part}" in ${COMMITTED}`),
  ]
}

export interface Reach {
  readonly folders: readonly string[]
  /** npm packages, with those that they depend on themselves. */
  readonly packages: readonly string[]
}

/** Everything that may be loaded from the entry at run time, lazy imports and threads included. */
export function reachOf(tree: SourceTree): Reach {
  const seen = new Set<string>()
  const packages = new Set<string>()
  const visit = (path: string): void => {
    if (seen.has(path) || APART.has(path)) return
    seen.add(path)
    for (const one of tree.files.get(path)?.imports ?? []) {
      if (one.typeOnly) continue
      if (one.ours) visit(one.target)
      else if (!one.target.startsWith('node:')) packages.add(one.target)
    }
  }
  visit(ENTRY)
  const folders = new Set([...seen].filter((path) => tree.files.has(path)).map((path) => path.slice(0, path.lastIndexOf('/'))))
  return { folders: [...folders].sort(), packages: [...withDependencies(tree, packages)].sort() }
}

/** The packages and what package-lock.json says that they depend on, all the way. */
function withDependencies(tree: SourceTree, packages: ReadonlySet<string>): Set<string> {
  const lock = JSON.parse(tree.read('package-lock.json')) as { packages: Record<string, { dependencies?: Record<string, string> }> }
  const all = new Set(packages)
  for (const name of all) for (const next of Object.keys(lock.packages[`node_modules/${name}`]?.dependencies ?? {})) all.add(next)
  return all
}
