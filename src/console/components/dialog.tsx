import { X } from 'lucide-react'
import { type ReactNode, useEffect, useId, useRef } from 'react'
import { classNames } from './class-names.ts'
import classes from './dialog.module.css'
import { IconButton } from './icon-button.tsx'

export interface DialogProps {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly title: string
  /** Under the title. */
  readonly detail?: ReactNode
  readonly children: ReactNode
  /** Buttons at its foot, the first thing to do last. */
  readonly foot?: ReactNode
  /** `centre`: in the middle (default). `side`: a drawer at the right edge, the whole window on a phone. `top`: as the command palette. */
  readonly place?: 'centre' | 'side' | 'top'
  readonly size?: 'small' | 'medium' | 'large'
  /** No head: the content names itself. */
  readonly bare?: boolean
}

/** The browser's own modal dialog: focus stays inside and returns, Escape and a click beside it close. Its content is made when it opens. */
export function Dialog({ isOpen, onClose, title, detail, children, foot, place = 'centre', size = 'medium', bare = false }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useEffect(() => {
    if (isOpen) open(dialog.current)
    else dialog.current?.close()
  }, [isOpen])
  return (
    <dialog
      ref={dialog}
      className={classNames(classes.dialog, classes[place], classes[size])}
      tabIndex={-1}
      aria-labelledby={bare ? undefined : titleId}
      aria-label={bare ? title : undefined}
      onClose={onClose}
      onPointerDown={(event) => {
        if (event.target === event.currentTarget) onClose()
      }}
    >
      {isOpen ? (
        <div className={classes.inside}>
          {bare ? null : (
            <header className={classes.head}>
              <div>
                <h2 id={titleId}>{title}</h2>
                {detail === undefined ? null : <p>{detail}</p>}
              </div>
              <IconButton icon={X} label="Close" onClick={onClose} />
            </header>
          )}
          <div className={bare ? classes.bareBody : classes.body}>{children}</div>
          {foot === undefined ? null : <footer className={classes.foot}>{foot}</footer>}
        </div>
      ) : null}
    </dialog>
  )
}

/** The first field has the focus, else the dialog itself: not the button that closes it. */
function open(dialog: HTMLDialogElement | null): void {
  if (dialog === null || dialog.open) return
  dialog.showModal()
  if (dialog.querySelector('header')?.contains(document.activeElement) !== true) return
  const field = dialog.querySelector<HTMLElement>('input, textarea, select')
  ;(field ?? dialog).focus()
}

/** A dialog at the side: what belongs to a row, beside its list. */
export const Drawer = (props: Omit<DialogProps, 'place'>) => <Dialog {...props} place="side" />
