import ts from 'typescript'
import type { Check } from './check.ts'
import type { SourceFile, SourceTree } from './source-tree.ts'

export const deadExports: Check = {
  name: 'dead exports',
  doc: 'A value that is exported is imported somewhere. (Types are exported with the values whose shape they tell.)',
  run: (tree) => {
    const used = usedNames(tree)
    return [...tree.files.values()].filter(hasCallers).flatMap((file) =>
      exportsOf(file)
        .filter((name) => !used.has(`${file.path}#${name}`) && !used.has(`${file.path}#*`))
        .map((name) => `${file.path}: nobody imports ${name}`),
    )
  },
}

/** Tests and configuration are called by their runner; generated files export whatever the definitions hold. */
const hasCallers = ({ path }: SourceFile): boolean => path.includes('/') && !/\.(test|gen|d)\.tsx?$/.test(path)

function usedNames(tree: SourceTree): Set<string> {
  const used = new Set<string>()
  for (const file of tree.files.values()) {
    for (const one of file.imports) if (one.ours) for (const name of one.names) used.add(`${one.target}#${name}`)
  }
  return used
}

/** Names of the values that the file exports. */
function exportsOf(file: SourceFile): string[] {
  return file.ast.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement) && statement.exportClause !== undefined && ts.isNamedExports(statement.exportClause)) {
      return statement.exportClause.elements.map((element) => element.name.text)
    }
    if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return []
    if (!ts.canHaveModifiers(statement) || !ts.getModifiers(statement)?.some((one) => one.kind === ts.SyntaxKind.ExportKeyword)) return []
    if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.flatMap(({ name }) => namesOf(name))
    return 'name' in statement && statement.name !== undefined ? [(statement.name as ts.Identifier).text] : []
  })
}

/** `export const { a, b: c } = …` exports a and c. */
function namesOf(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text]
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : namesOf(element.name)))
}
