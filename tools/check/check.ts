/** One thing that `npm run check` looks at. */
import type { SourceTree } from './source-tree.ts'

export interface Check {
  readonly name: string
  /** What it holds the project to, in one sentence. */
  readonly doc: string
  /** The problems found, each one line that names the file; none when all is well. */
  readonly run: (tree: SourceTree) => readonly string[] | Promise<readonly string[]>
}
