/** CodeMirror for rule files. It lives in a shadow tree: there its styles are sheets made by script, which the page's policy allows. */
import { autocompletion, type CompletionContext, type CompletionResult, closeBrackets, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { yaml } from '@codemirror/lang-yaml'
import { bracketMatching, indentOnInput, syntaxHighlighting } from '@codemirror/language'
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint'
import { EditorState, type Text } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view'
import type { ApiDiagnostic, LanguageEntry } from '../../../api/services.ts'
import { offersAt, placeAt } from '../../language/completion.ts'
import { conditionBefore } from './condition-before.ts'
import { EDITOR_THEME, HIGHLIGHTING } from './editor-theme.ts'

export interface RuleEditorOptions {
  readonly text: string
  readonly label: string
  readonly onChange: (text: string) => void
  readonly entries: () => readonly LanguageEntry[]
}

export interface RuleEditor {
  readonly showDiagnostics: (diagnostics: readonly ApiDiagnostic[]) => void
  readonly close: () => void
}

export function openRuleEditor(place: HTMLElement, { text, label, onChange, entries }: RuleEditorOptions): RuleEditor {
  const root = place.shadowRoot ?? place.attachShadow({ mode: 'open' })
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        ...[lineNumbers(), history(), drawSelection(), highlightActiveLine(), bracketMatching(), closeBrackets(), indentOnInput()],
        ...[yaml(), syntaxHighlighting(HIGHLIGHTING), EDITOR_THEME, lintGutter(), EditorView.lineWrapping],
        autocompletion({ override: [(context) => complete(context, entries())] }),
        keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
        EditorView.contentAttributes.of({ 'aria-label': label }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange(update.state.doc.toString())
        }),
      ],
    }),
  })
  return {
    showDiagnostics: (diagnostics) =>
      view.dispatch(
        setDiagnostics(
          view.state,
          diagnostics.map((one) => placed(one, view.state.doc)),
        ),
      ),
    close: () => view.destroy(),
  }
}

function placed({ severity, message, hint, line, column, endColumn }: ApiDiagnostic, doc: Text): Diagnostic {
  const { from, to } = doc.line(Math.max(1, Math.min(line, doc.lines)))
  const start = Math.min(to, from + column - 1)
  return { from: start, to: Math.max(start, Math.min(to, from + endColumn - 1)), severity, message: hint ? `${message}. ${hint}` : message }
}

/** Within a condition, what may stand there. */
function complete({ state, pos, explicit }: CompletionContext, entries: readonly LanguageEntry[]): CompletionResult | null {
  const condition = conditionBefore(state.doc.sliceString(0, pos))
  if (condition === undefined) return null
  const place = placeAt(condition, condition.length)
  const typed = condition.length - place.from
  if (typed === 0 && !explicit) return null
  const options = offersAt(place, entries).map(({ label, kind, detail, doc, insert, isUsual }) => ({
    ...{ label, apply: insert, type: KINDS[kind] ?? 'text', boost: isUsual ? 1 : 0 },
    ...(detail === undefined ? {} : { detail }),
    ...(doc === '' ? {} : { info: doc }),
  }))
  return { from: pos - typed, options, validFor: /^[\w.]*$/ }
}

const KINDS: Readonly<Record<string, string>> = {
  field: 'property',
  operator: 'keyword',
  transformer: 'function',
  macro: 'variable',
  list: 'constant',
  keyword: 'keyword',
  'event-type': 'enum',
  value: 'text',
}
