import { Link2 } from 'lucide-react'
import { copyText } from '../app/clipboard.ts'
import type { Action } from './action.ts'

export const copyLink: Action = {
  id: 'link.copy',
  name: 'Copy a link to this view',
  group: 'View',
  icon: Link2,
  shortcut: 'y',
  permission: 'viewer',
  also: 'share url address',
  run: () => copyText(window.location.href, 'Link copied'),
}
