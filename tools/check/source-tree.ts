/** The files of the project as the checks see them: every file that git would keep, and what each TypeScript file imports and exports. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import ts from 'typescript'

export interface Import {
  /** Path from the root for a file of ours; the name of the package otherwise (`node:fs`, `yaml`). */
  readonly target: string
  readonly ours: boolean
  /** Vanishes at run time. */
  readonly typeOnly: boolean
  /** `import(…)`: loaded when asked for. */
  readonly lazy: boolean
  readonly names: readonly string[]
  readonly line: number
}

export interface SourceFile {
  readonly path: string
  readonly text: string
  readonly imports: readonly Import[]
  readonly ast: ts.SourceFile
}

export interface SourceTree {
  readonly root: string
  /** Every file, as paths from the root. */
  readonly paths: readonly string[]
  /** The TypeScript files, by path. */
  readonly files: ReadonlyMap<string, SourceFile>
  readonly read: (path: string) => string
}

/** Reads the tree under `root`, a git checkout; files not yet added count too. */
export function readSourceTree(root: string): SourceTree {
  const listed = execFileSync('git', ['-c', 'safe.directory=*', 'ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  const paths = listed.split('\n').filter((path) => path !== '' && existsSync(join(root, path)))
  const read = (path: string): string => readFileSync(join(root, path), 'utf8')
  const sources = paths.filter((path) => /\.tsx?$/.test(path)).map((path) => parseSource(path, read(path)))
  return { root, paths, files: new Map(sources.map((file) => [file.path, file])), read }
}

/** Parses one TypeScript file. `path` is from the root. */
export function parseSource(path: string, text: string): SourceFile {
  const ast = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const imports: Import[] = []
  const add = (specifier: ts.Node | undefined, kind: 'value' | 'type' | 'lazy', names: readonly string[]): void => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return
    const ours = specifier.text.startsWith('.')
    const target = ours ? normalize(join(dirname(path), specifier.text)) : packageName(specifier.text)
    imports.push({
      target,
      ours,
      typeOnly: kind === 'type',
      lazy: kind === 'lazy',
      names,
      line: ast.getLineAndCharacterOfPosition(specifier.getStart()).line + 1,
    })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnly(node) ? 'type' : 'value', importedNames(node))
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly ? 'type' : 'value', exportedNames(node))
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, 'type', ['*'])
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], 'lazy', ['*'])
    else if (isModuleUrl(node)) add(node.arguments?.[0], 'lazy', ['*'])
    ts.forEachChild(node, visit)
  }
  visit(ast)
  return { path, text, imports, ast }
}

/** `new URL('./thread.ts', import.meta.url)`: a program of ours that a thread or another process is to run. */
function isModuleUrl(node: ts.Node): node is ts.NewExpression {
  if (!ts.isNewExpression(node) || node.expression.getText() !== 'URL') return false
  const [path, base] = node.arguments ?? []
  return path !== undefined && ts.isStringLiteralLike(path) && path.text.endsWith('.ts') && base?.getText() === 'import.meta.url'
}

/** `@scope/name/deep` → `@scope/name`; `node:fs/promises` → `node:fs`. */
const packageName = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

function isTypeOnly(node: ts.ImportDeclaration): boolean {
  const clause = node.importClause
  if (clause === undefined) return false
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true
  const bindings = clause.namedBindings
  const named = bindings !== undefined && ts.isNamedImports(bindings) ? bindings.elements : undefined
  return clause.name === undefined && named !== undefined && named.length > 0 && named.every((element) => element.isTypeOnly)
}

function importedNames(node: ts.ImportDeclaration): string[] {
  const bindings = node.importClause?.namedBindings
  const first = node.importClause?.name === undefined ? [] : ['default']
  if (bindings === undefined) return first
  if (ts.isNamespaceImport(bindings)) return [...first, '*']
  return [...first, ...bindings.elements.map((element) => (element.propertyName ?? element.name).text)]
}

const exportedNames = (node: ts.ExportDeclaration): string[] =>
  node.exportClause !== undefined && ts.isNamedExports(node.exportClause)
    ? node.exportClause.elements.map((element) => (element.propertyName ?? element.name).text)
    : ['*']
