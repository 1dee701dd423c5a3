/** Messages to datagram sockets of this host, such as /dev/log, which Node cannot open. */
import { AppError } from '../lib/app-error.ts'
import { type Addon, loadAddon } from './ebpf/addon.ts'

/** Sends one message and returns 0 or an errno, without ever waiting. Undefined where the addon is not built: nothing else depends on it. */
export function openDatagramSender(): Addon['sendDatagram'] | undefined {
  try {
    return loadAddon().sendDatagram
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}
