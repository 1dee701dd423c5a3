/** Which hooks the agent attaches, asked of the kernel while it runs: as the section names that libbpf attaches by. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { startAgent } from './agent.ts'

const TRACEPOINTS = '/sys/kernel/tracing/events'

/** Starts the agent with its shipped rules, reads, and stops it. */
export async function agentSections(): Promise<readonly string[]> {
  const agent = await startAgent()
  try {
    return sectionsOf(agent.pid)
  } finally {
    await agent.stop()
  }
}

/** One section per BPF link of the process. A hook with several programs comes several times, for each costs. */
function sectionsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fdinfo`
  return readdirSync(folder).flatMap((fd) => {
    const info = existsSync(`${folder}/${fd}`) ? readFileSync(`${folder}/${fd}`, 'utf8') : '' // some close while we read
    const name = /^tp_name:\s*(\S+)/m.exec(info)?.[1]
    if (name === undefined) return []
    return /^link_type:\s*raw_tracepoint/m.test(info) ? [`tp_btf/${name}`] : [`tracepoint/${familyOf(name)}/${name}`]
  })
}

function familyOf(name: string): string {
  const family = readdirSync(TRACEPOINTS).find((one) => existsSync(`${TRACEPOINTS}/${one}/${name}`))
  if (family === undefined) throw new Error(`no tracepoint is called ${name}`)
  return family
}
