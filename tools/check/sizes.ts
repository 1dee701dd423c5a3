import ts from 'typescript'
import type { Check } from './check.ts'
import type { SourceFile, SourceTree } from './source-tree.ts'

const MAX_LINES = 500
const MAX_BPF_LINES = 250
const MAX_FUNCTION_LINES = 60
/** What a component shows counts with what it does. */
const MAX_COMPONENT_LINES = 100

/** Longer for a reason. */
const ALLOWED: Readonly<Record<string, string>> = {}

export const sizes: Check = {
  name: 'sizes',
  doc: `Files have at most ${MAX_LINES} lines (BPF programs ${MAX_BPF_LINES}), functions ${MAX_FUNCTION_LINES} (components ${MAX_COMPONENT_LINES}).`,
  run: (tree) => [
    ...longFiles(tree),
    ...[...tree.files.values()].flatMap(longFunctions),
    ...longCFunctions(tree),
    ...uselessAllowances(tree),
  ],
}

function longFiles(tree: SourceTree): string[] {
  return tree.paths.filter(isSource).flatMap((path) => {
    const lines = tree.read(path).split('\n').length - 1
    const most = path.endsWith('.bpf.c') ? MAX_BPF_LINES : MAX_LINES
    return lines > most && !(path in ALLOWED) ? [`${path}: ${lines} lines, at most ${most}: divide it by what it holds`] : []
  })
}

const isSource = (path: string): boolean => /^(src|native|tools|bench|test)\/.*\.(tsx?|mjs|css|c|h)$/.test(path) && !path.includes('.gen.')

function longFunctions(file: SourceFile): string[] {
  if (!isSource(file.path)) return []
  const problems: string[] = []
  const visit = (node: ts.Node): void => {
    const lines = isWork(node) ? ownLines(file, node) : 0
    const at = file.ast.getLineAndCharacterOfPosition(node.getStart()).line + 1
    const most = file.path.endsWith('.tsx') ? MAX_COMPONENT_LINES : MAX_FUNCTION_LINES
    if (lines > most) problems.push(`${file.path}:${at}: a function of ${lines} lines, at most ${most}`)
    ts.forEachChild(node, visit)
  }
  visit(file.ast)
  return problems
}

/** Lines without those of the functions inside: a function that makes an object of functions is measured as a class would be, by its methods. */
function ownLines(file: SourceFile, node: ts.Node): number {
  const line = (at: number): number => file.ast.getLineAndCharacterOfPosition(at).line
  const span = (one: ts.Node): number => line(one.getEnd()) - line(one.getStart()) + 1
  let inner = 0
  const visit = (one: ts.Node): void => {
    if (ts.isFunctionLike(one) && 'body' in one && one.body !== undefined) inner += span(one) - 1
    else ts.forEachChild(one, visit)
  }
  ts.forEachChild(node, visit)
  return span(node) - inner
}

const isWork = (node: ts.Node): boolean => ts.isFunctionLike(node) && 'body' in node && node.body !== undefined && !isTestBody(node)

/** The callback of describe() is a list of tests, not one function's work. */
const isTestBody = (node: ts.Node): boolean => ts.isCallExpression(node.parent) && /^describe\b/.test(node.parent.expression.getText())

/** In kernel style a function body opens and closes with a brace in the first column. */
function longCFunctions(tree: SourceTree): string[] {
  return tree.paths
    .filter((path) => /^(native|bench)\/.*\.[ch]$/.test(path) && isSource(path))
    .flatMap((path) => {
      const problems: string[] = []
      let start = -1
      for (const [index, line] of tree.read(path).split('\n').entries()) {
        if (/^\{/.test(line)) start = index
        if (!/^\}/.test(line) || start < 0) continue
        const lines = index - start + 1
        if (lines > MAX_FUNCTION_LINES) problems.push(`${path}:${start + 1}: a function of ${lines} lines, at most ${MAX_FUNCTION_LINES}`)
        start = -1
      }
      return problems
    })
}

const uselessAllowances = (tree: SourceTree): string[] =>
  Object.keys(ALLOWED)
    .filter((path) => !tree.paths.includes(path))
    .map((path) => `tools/check/sizes.ts: ${path} is allowed to be long, but is not there`)
