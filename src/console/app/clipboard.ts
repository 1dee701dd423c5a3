/** Copies, and says so. */
import { toast } from './toasts.ts'

/** Where the browser keeps the clipboard from pages without TLS, an invisible field does it the old way. */
export async function copyText(text: string, said = 'Copied'): Promise<void> {
  if (navigator.clipboard === undefined) copyBySelection(text)
  else await navigator.clipboard.writeText(text)
  toast({ tone: 'good', text: said })
}

function copyBySelection(text: string): void {
  const field = document.createElement('textarea')
  field.value = text
  field.className = 'visually-hidden'
  document.body.append(field)
  field.select()
  document.execCommand('copy')
  field.remove()
}
