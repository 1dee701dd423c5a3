/** A tree made of texts, for the tests of the checks. */
import { parseSource, type SourceTree } from './source-tree.ts'

export function sourceTreeOf(texts: Readonly<Record<string, string>>): SourceTree {
  const paths = Object.keys(texts)
  return {
    root: '/nowhere',
    paths,
    files: new Map(paths.filter((path) => path.endsWith('.ts')).map((path) => [path, parseSource(path, texts[path] ?? '')])),
    read: (path) => texts[path] ?? '',
  }
}
