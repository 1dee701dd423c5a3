/** Every action, one line each. What goes to a page is made from pages.ts. */
import type { Incident } from '../findings/incident.ts'
import type { Action } from './actions/action.ts'
import { copyLink } from './actions/copy-link.ts'
import { acknowledgeIncident, closeIncident, releaseIncident, reopenIncident, takeIncident } from './actions/incident-actions.ts'
import { logOut } from './actions/log-out.ts'
import { openPalette } from './actions/open-palette.ts'
import { darkTheme, lightTheme, systemTheme } from './actions/set-theme.ts'
import { showShortcuts } from './actions/show-shortcuts.ts'

/** Those that are there on every page. */
export const GLOBAL_ACTIONS: readonly Action[] = [openPalette, showShortcuts, copyLink, lightTheme, darkTheme, systemTheme, logOut]

export const INCIDENT_ACTIONS: readonly Action<Incident>[] = [
  acknowledgeIncident,
  takeIncident,
  closeIncident,
  reopenIncident,
  releaseIncident,
]
