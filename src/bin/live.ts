import type { CommandContext, RecordSettings, ReplaySettings, RunSettings, WatchSettings } from '../cli/context.ts'
import { examineHost } from '../pipeline/doctor/doctor.ts'
export const run = async (_s: RunSettings, _c: CommandContext) => 0 as const
export const replay = async (_s: ReplaySettings, _c: CommandContext) => 0 as const
export const record = async (_s: RecordSettings, _c: CommandContext) => 0 as const
export const watch = async (_s: WatchSettings, _c: CommandContext) => 0 as const
export const doctor = async (_c: CommandContext) => examineHost()
