import { Zap } from 'lucide-react'
import { useState } from 'react'
import { useMay } from '../app/session-context.ts'
import { Button } from './button.tsx'
import { RespondDialog, type RespondDialogProps } from './respond-dialog.tsx'

/** For those who may: opens the dialog that does something about it. */
export function RespondButton(props: Omit<RespondDialogProps, 'isOpen' | 'onClose'>) {
  const [isOpen, setOpen] = useState(false)
  if (!useMay('responder')) return null
  return (
    <>
      <Button icon={Zap} onClick={() => setOpen(true)}>
        Respond
      </Button>
      <RespondDialog {...props} isOpen={isOpen} onClose={() => setOpen(false)} />
    </>
  )
}
