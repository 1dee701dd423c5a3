import { Copy } from 'lucide-react'
import type { ReactNode } from 'react'
import { copyText } from '../app/clipboard.ts'
import { toastError } from '../app/toasts.ts'
import classes from './copy-button.module.css'
import { IconButton } from './icon-button.tsx'

/** Copies the exact text, also where what is shown has marks in it. `what`: `Copy path`. */
export function CopyButton({ text, what = 'Copy' }: { readonly text: string; readonly what?: string }) {
  return (
    <IconButton
      icon={Copy}
      label={what}
      small
      className={classes.copy}
      onClick={(event) => {
        event.stopPropagation()
        copyText(text).catch(toastError)
      }}
    />
  )
}

/** Something with its copy button, which comes when it is pointed at or focused. */
export function CopyText({ text, what, children }: { readonly text: string; readonly what?: string; readonly children: ReactNode }) {
  return (
    <span className={classes.around}>
      <span className={classes.shown}>{children}</span>
      <CopyButton text={text} {...(what === undefined ? {} : { what })} />
    </span>
  )
}
