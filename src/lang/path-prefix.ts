/**
 * Paths of which another is a prefix, component by component: /var/run holds for /var/run/x, not for /var/runx. A component
 * of a search path may be a glob. Empty components do not count, so `/` (and an empty path) holds for every path.
 */
import { compileGlob } from './glob.ts'

interface Branch {
  /** A search path ends here: everything below matches. */
  ends: boolean
  readonly names: Map<string, Branch>
  readonly globs: { readonly pattern: string; readonly test: (name: string) => boolean; readonly branch: Branch }[]
}

/** A test of whole paths against all of the search paths. */
export function compilePathPrefixes(paths: readonly string[]): (path: string) => boolean {
  const root = newBranch()
  for (const path of paths) addPath(root, components(path))
  const byComponents = (path: string): boolean => holds(root, components(path), 0)
  if (root.ends || paths.length > MAX_PLAIN || paths.some((path) => wildcard.test(path))) return byComponents
  return compilePlain(
    paths.map((path) => `/${components(path).join('/')}`),
    byComponents,
  )
}

const wildcard = /[?*[]/

/** More paths than this are found faster by their components. */
const MAX_PLAIN = 32

/** Without globs, and of a path written in the usual way, a prefix of components is a prefix of the text that ends at a slash. */
function compilePlain(prefixes: readonly string[], byComponents: (path: string) => boolean): (path: string) => boolean {
  return (path) => {
    if (!path.startsWith('/') || path.includes('//')) return byComponents(path)
    for (const prefix of prefixes) {
      if (path.startsWith(prefix) && (path.length === prefix.length || path.charCodeAt(prefix.length) === SLASH)) return true
    }
    return false
  }
}

const SLASH = 47

const newBranch = (): Branch => ({ ends: false, names: new Map(), globs: [] })

const components = (path: string): string[] => path.split('/').filter((name) => name !== '')

function addPath(root: Branch, names: readonly string[]): void {
  let branch = root
  for (const name of names) branch = wildcard.test(name) ? globBranch(branch, name) : nameBranch(branch, name)
  branch.ends = true
}

function nameBranch(branch: Branch, name: string): Branch {
  const next = branch.names.get(name) ?? newBranch()
  branch.names.set(name, next)
  return next
}

function globBranch(branch: Branch, pattern: string): Branch {
  const known = branch.globs.find((glob) => glob.pattern === pattern)
  if (known !== undefined) return known.branch
  const added = newBranch()
  branch.globs.push({ pattern, test: compileGlob(pattern), branch: added })
  return added
}

function holds(branch: Branch, names: readonly string[], at: number): boolean {
  if (branch.ends) return true
  const name = names[at]
  if (name === undefined) return false
  const next = branch.names.get(name)
  if (next !== undefined && holds(next, names, at + 1)) return true
  return branch.globs.some((glob) => glob.test(name) && holds(glob.branch, names, at + 1))
}
