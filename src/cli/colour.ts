/** Whether standard output gets colours in this call. */
import { type ColourChoice, wantsColour } from '../lib/style.ts'
import type { CommandContext } from './context.ts'

export function colourOf(choice: ColourChoice | undefined, { isTty, env }: Pick<CommandContext, 'isTty' | 'env'>): boolean {
  return wantsColour(choice ?? 'auto', isTty.stdout, env)
}
