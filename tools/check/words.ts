import type { Check } from './check.ts'
import type { SourceTree } from './source-tree.ts'

export const words: Check = {
  name: 'words',
  doc: 'No marks of unfinished work, no names that say nothing, no type holes, no paths of one machine.',
  run: (tree) => [...badNames(tree), ...tree.paths.filter(isText).flatMap((path) => badLines(path, tree.read(path)))],
}

/** Written with a bracket each, so that this file does not find itself. */
const FORBIDDEN: readonly (readonly [pattern: RegExp, only: RegExp, why: string])[] = [
  [
    /\bTOD[O]\b|\bFIXM[E]\b|\bXX[X]\b|\bHAC[K]\b|not implemente[d]|\bfor no[w]\b/,
    /^(src|native|rules|test|tools|bench|docs)\//,
    'unfinished work',
  ],
  [/@ts-(ignore|expect-error|nocheck)|eslint-disabl[e]|biome-ignor[e]/, /\.tsx?$/, 'a hole in the types or the lint'],
  [/\/hom[e]\/user\b|\/wor[k]\/main|\.\.\/share[d]\/|\.librar[y]\//, /./, 'a path of one machine'],
  [/\btest\.onl[y]\b|\bdescribe\.onl[y]\b|\btest\.tod[o]\b/, /\.test\.tsx?$/, 'tests narrowed'],
]

const EMPTY_NAMES = /\/(utils?|helpers?|common|manager|misc|index(?!\.html))(\.[a-z.]+|\/)/

const isText = (path: string): boolean => /\.(tsx?|css|html|mjs|c|h|ya?ml|md|json|svg|sh)$/.test(path) && path !== 'package-lock.json'

const badNames = (tree: SourceTree): string[] =>
  tree.paths
    .filter((path) => /^(src|native|tools|test|bench)\//.test(path) && EMPTY_NAMES.test(`/${path}`))
    .map((path) => `${path}: a name that says nothing`)

function badLines(path: string, text: string): string[] {
  const rules = FORBIDDEN.filter(([, only]) => only.test(path))
  if (rules.length === 0) return []
  return text
    .split('\n')
    .flatMap((line, index) =>
      rules.filter(([pattern]) => pattern.test(line)).map(([, , why]) => `${path}:${index + 1}: ${why}: ${line.trim().slice(0, 120)}`),
    )
}
