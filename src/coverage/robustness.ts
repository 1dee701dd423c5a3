/** Whether a rule looks for a tool by its name, or for what an attacker has to do whatever the tool is called. */
import type { CheckNode, Expression, InputNode, OperandNode } from '../lang/ast.ts'

/**
 * `name`: a tool under another name, or other arguments, escapes it. `mixed`: it looks for names and for behaviour; what it finds by name
 * alone escapes likewise. `behaviour`: names only make exceptions.
 */
export const ROBUSTNESS = ['name', 'mixed', 'behaviour'] as const

export type Robustness = (typeof ROBUSTNESS)[number]

/** What the attacker chooses when starting a program. Its parents' names are not among them: those are the victim's. */
const NAME_FIELDS = /^proc\.(name|exe|exepath|cmdline|exeline|args|cmdnargs|arg)$|^evt\.arg\.(exe|args|cmdline|comm|filename)$/
/** They tell where and for whom something happened, not what. */
const CONTEXT_FIELDS =
  /^(evt\.(type|dir|num|res|rawres|failed|is_open_\w+)|syscall\.type|container\..*|k8s\..*|user\..*|proc\.(pname|aname|pcmdline|acmdline|pexe|aexe|pexepath|aexepath|pid|ppid|apid|tty|sid))$/
const EXEC_TYPES: ReadonlySet<string> = new Set(['execve', 'execveat'])

/** Of a condition whose macros are put in. `types` are the values of evt.type that it can hold for. */
export function robustnessOf(expression: Expression, types: ReadonlySet<string> | 'all'): Robustness {
  const fields = fieldsOf(expression, false)
  const byName = [...fields].some((field) => NAME_FIELDS.test(field))
  const byField = [...fields].some((field) => !NAME_FIELDS.test(field) && !CONTEXT_FIELDS.test(field))
  const onlyExec = types !== 'all' && types.size > 0 && [...types].every((type) => EXEC_TYPES.has(type))
  const behaves = byField || (types !== 'all' && !onlyExec)
  if (!byName) return 'behaviour'
  return behaves ? 'mixed' : 'name'
}

/** Fields that something must be true of: what stands under `not` makes exceptions. */
function fieldsOf(node: Expression, negated: boolean): ReadonlySet<string> {
  switch (node.kind) {
    case 'and':
    case 'or':
      return new Set(node.children.flatMap((child) => [...fieldsOf(child, negated)]))
    case 'not':
      return fieldsOf(node.child, !negated)
    case 'macro':
      return node.body === undefined ? new Set() : fieldsOf(node.body, negated)
    case 'check':
      return negated === (node.operator === '!=') ? checkedFields(node) : new Set()
    default:
      return node satisfies never
  }
}

const checkedFields = ({ left }: CheckNode): ReadonlySet<string> => new Set(operandFields(left))

function operandFields(node: OperandNode | InputNode): readonly string[] {
  if (node.kind === 'field') return [node.name]
  return node.kind === 'transformer' || node.kind === 'inputs' ? node.inputs.flatMap(operandFields) : []
}
