/** Every page, one entry each: its path, its name, who may see it, where it stands in the navigation, and the chunk that holds it. */
import {
  Activity,
  BookOpenCheck,
  type LucideIcon,
  Radar,
  ScrollText,
  Settings as SettingsIcon,
  ShieldAlert,
  Siren,
  SquareActivity,
  Target,
  Workflow,
  Zap,
} from 'lucide-react'
import type { ComponentType } from 'react'
import type { Role } from '../store/access-store.ts'

export interface PageEntry {
  /** Of the console; `$name` is a part that the page reads with `useParams({ strict: false })`. */
  readonly path: string
  /** In the navigation and in the title of the browser's tab. */
  readonly title: string
  /** The least role that may see it; the navigation leaves it out for others, and its address says why. */
  readonly permission: Role
  /** Undefined: not in the navigation (a page about one thing). */
  readonly navigation?: {
    readonly icon: LucideIcon
    readonly group: 'Watch' | 'Investigate' | 'Detect' | 'Manage'
    /** After `g`. */
    readonly key: string
    /** In the bar at the bottom of a phone; the others are behind More. */
    readonly onPhone?: boolean
  }
  readonly load: () => Promise<ComponentType>
}

export const PAGES: readonly PageEntry[] = [
  {
    path: '/',
    title: 'Now',
    permission: 'viewer',
    navigation: { icon: SquareActivity, group: 'Watch', key: 'n', onPhone: true },
    load: async () => (await import('./pages/now/now.tsx')).Now,
  },
  {
    path: '/incidents',
    title: 'Incidents',
    permission: 'viewer',
    navigation: { icon: Siren, group: 'Watch', key: 'i', onPhone: true },
    load: async () => (await import('./pages/incidents/incidents.tsx')).Incidents,
  },
  {
    path: '/incidents/$id',
    title: 'Incident',
    permission: 'viewer',
    load: async () => (await import('./pages/incident/incident.tsx')).IncidentPage,
  },
  {
    path: '/findings',
    title: 'Findings',
    permission: 'viewer',
    navigation: { icon: ShieldAlert, group: 'Investigate', key: 'f', onPhone: true },
    load: async () => (await import('./pages/findings/findings.tsx')).Findings,
  },
  {
    path: '/processes',
    title: 'Processes',
    permission: 'viewer',
    navigation: { icon: Workflow, group: 'Investigate', key: 'p' },
    load: async () => (await import('./pages/processes/processes.tsx')).Processes,
  },
  {
    path: '/processes/$host/$key',
    title: 'Process',
    permission: 'viewer',
    load: async () => (await import('./pages/process/process.tsx')).Process,
  },
  {
    path: '/rules',
    title: 'Rules',
    permission: 'viewer',
    navigation: { icon: BookOpenCheck, group: 'Detect', key: 'r' },
    load: async () => (await import('./pages/rules/rules.tsx')).Rules,
  },
  {
    path: '/rules/$name',
    title: 'Rule',
    permission: 'viewer',
    load: async () => (await import('./pages/rule/rule.tsx')).Rule,
  },
  {
    path: '/rule-editor',
    title: 'Edit rule',
    permission: 'responder',
    load: async () => (await import('./pages/rule-editor/rule-editor.tsx')).RuleEditorPage,
  },
  {
    path: '/events',
    title: 'Events',
    permission: 'viewer',
    navigation: { icon: Activity, group: 'Investigate', key: 'e', onPhone: true },
    load: async () => (await import('./pages/events/events.tsx')).Events,
  },
  {
    path: '/actions',
    title: 'Actions',
    permission: 'viewer',
    navigation: { icon: Zap, group: 'Investigate', key: 'x' },
    load: async () => (await import('./pages/actions/actions.tsx')).Actions,
  },
  {
    path: '/coverage',
    title: 'Coverage',
    permission: 'viewer',
    navigation: { icon: Target, group: 'Detect', key: 'c' },
    load: async () => (await import('./pages/coverage/coverage.tsx')).Coverage,
  },
  {
    path: '/sensors',
    title: 'Sensors',
    permission: 'viewer',
    navigation: { icon: Radar, group: 'Manage', key: 's' },
    load: async () => (await import('./pages/sensors/sensors.tsx')).Sensors,
  },
  {
    path: '/settings',
    title: 'Settings',
    permission: 'viewer',
    navigation: { icon: SettingsIcon, group: 'Manage', key: 't' },
    load: async () => (await import('./pages/settings/settings.tsx')).Settings,
  },
  {
    path: '/audit',
    title: 'Audit',
    permission: 'admin',
    navigation: { icon: ScrollText, group: 'Manage', key: 'a' },
    load: async () => (await import('./pages/audit/audit.tsx')).Audit,
  },
]
