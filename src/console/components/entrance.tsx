import type { ReactNode } from 'react'
import classes from './entrance.module.css'
import { Logo } from './logo.tsx'

/** What stands around the pages before the shell: login and set-up. */
export function Entrance({ title, detail, children }: { readonly title: string; readonly detail: string; readonly children: ReactNode }) {
  return (
    <main className={classes.entrance}>
      <div className={classes.card}>
        <Logo size={44} />
        <h1>{title}</h1>
        <p className={classes.detail}>{detail}</p>
        {children}
      </div>
    </main>
  )
}
