import type { ReactNode } from 'react'
import classes from './key-value.module.css'

export interface KeyValueEntry {
  readonly name: string
  /** Undefined entries are left out by the caller; a value that is not known is written as what that means. */
  readonly value: ReactNode
}

/** Names and values in two columns; names are muted, values can be copied by CopyText. */
export function KeyValue({ entries }: { readonly entries: readonly KeyValueEntry[] }) {
  return (
    <dl className={classes.list}>
      {entries.map(({ name, value }) => (
        <div key={name} className={classes.entry}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
