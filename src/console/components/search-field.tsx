import { Search, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import classes from './search-field.module.css'

export interface SearchFieldProps {
  /** What is searched: `Search incidents`. */
  readonly label: string
  /** Of the URL. */
  readonly value: string
  /** After a short pause in typing, or Enter. */
  readonly onChange: (value: string) => void
}

const PAUSE_MS = 250

/** Search as one types; `/` comes here from anywhere on the page. */
export function SearchField({ label, value, onChange }: SearchFieldProps) {
  const [typed, setTyped] = useState(value)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => setTyped(value), [value])
  useEffect(() => () => clearTimeout(timer.current), [])
  function change(next: string, pauseMs: number): void {
    setTyped(next)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => onChange(next.trim()), pauseMs)
  }
  return (
    <div className={classes.search}>
      <Search size={14} aria-hidden />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        data-search
        value={typed}
        onChange={(event) => change(event.target.value, PAUSE_MS)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') change(typed, 0)
          if (event.key === 'Escape') event.currentTarget.blur()
        }}
      />
      {typed === '' ? null : (
        <button type="button" aria-label="Clear the search" className={classes.clear} onClick={() => change('', 0)}>
          <X size={13} aria-hidden />
        </button>
      )}
    </div>
  )
}
