import { useEffect, useRef } from 'react'
import type { ApiDiagnostic, LanguageEntry } from '../../../api/services.ts'
import classes from './code-editor.module.css'
import type { RuleEditor } from './rule-editor.ts'

export interface CodeEditorProps {
  readonly label: string
  /** At the beginning; what is written goes to onChange. */
  readonly initial: string
  readonly onChange: (text: string) => void
  readonly diagnostics: readonly ApiDiagnostic[]
  /** For completion. */
  readonly entries: readonly LanguageEntry[]
}

/** An editor for rule files. It comes in a chunk of its own, and until then there is its place. */
export function CodeEditor({ label, initial, onChange, diagnostics, entries }: CodeEditorProps) {
  const place = useRef<HTMLDivElement>(null)
  const editor = useRef<RuleEditor>(undefined)
  const given = useRef({ label, initial, onChange, diagnostics, entries })
  given.current = { label, initial, onChange, diagnostics, entries }
  useEffect(() => {
    let isGone = false
    void import('./rule-editor.ts').then(({ openRuleEditor }) => {
      if (isGone || place.current === null) return
      const { initial: text, label: name } = given.current
      editor.current = openRuleEditor(place.current, {
        ...{ text, label: name },
        onChange: (next) => given.current.onChange(next),
        entries: () => given.current.entries,
      })
      editor.current.showDiagnostics(given.current.diagnostics)
    })
    return () => {
      isGone = true
      editor.current?.close()
      editor.current = undefined
    }
  }, [])
  useEffect(() => editor.current?.showDiagnostics(diagnostics), [diagnostics])
  return <div ref={place} className={classes.editor} />
}
