import { Command } from 'lucide-react'
import { setOverlay } from '../app/overlays.ts'
import type { Action } from './action.ts'

export const openPalette: Action = {
  id: 'palette.open',
  name: 'Find a command or a page',
  group: 'Help',
  icon: Command,
  shortcut: 'mod+k',
  permission: 'viewer',
  run: () => setOverlay('palette'),
}
