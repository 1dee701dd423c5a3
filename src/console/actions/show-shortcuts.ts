import { Keyboard } from 'lucide-react'
import { setOverlay } from '../app/overlays.ts'
import type { Action } from './action.ts'

export const showShortcuts: Action = {
  id: 'shortcuts.show',
  name: 'Show keyboard shortcuts',
  group: 'Help',
  icon: Keyboard,
  shortcut: '?',
  permission: 'viewer',
  run: () => setOverlay('shortcuts'),
}
