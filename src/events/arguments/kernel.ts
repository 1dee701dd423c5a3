/** Arguments of the calls on memory and on the kernel itself. */
import { describeDescriptor } from '../fields/fd.ts'
import { type CallArgument, callsOf, describedDescriptor, descriptor, hex, named, number, processId, RES, text } from './argument.ts'
import { BPF_COMMANDS } from './codes.ts'
import { DELETE_MODULE_FLAGS, flagNames, MAP_FLAGS, MODULE_FLAGS, PROTECTION_FLAGS, URING_SETUP_FLAGS } from './flags.ts'

interface Range {
  readonly address: number
  readonly length: number
  readonly protection: number
}
const ADDRESS: CallArgument<Range> = hex('addr', (record) => record.address)
const LENGTH: CallArgument<Range> = number('length', (record) => record.length)
const PROTECTION: CallArgument<Range> = named(
  'prot',
  (record) => record.protection,
  (record) => flagNames(PROTECTION_FLAGS, record.protection),
)

const memoryCalls = callsOf('memory.protect', {
  mmap: [
    RES,
    ADDRESS,
    LENGTH,
    PROTECTION,
    named(
      'flags',
      (record) => record.mapFlags,
      (record) => flagNames(MAP_FLAGS, record.mapFlags),
    ),
    descriptor('fd', (record) => record.fd),
  ],
  mprotect: [RES, ADDRESS, LENGTH, PROTECTION],
  pkey_mprotect: [RES, ADDRESS, LENGTH, PROTECTION],
})

const moduleCalls = callsOf('kernel.module', {
  init_module: [RES, text('name', (record) => record.moduleName), text('uargs', (record) => record.parameters)],
  finit_module: [
    RES,
    describedDescriptor('fd', (record) => record.fd, describeDescriptor),
    text('uargs', (record) => record.parameters),
    named(
      'flags',
      (record) => record.moduleFlags,
      (record) => flagNames(MODULE_FLAGS, record.moduleFlags),
    ),
  ],
  delete_module: [
    RES,
    text('name', (record) => record.moduleName),
    named(
      'flags',
      (record) => record.moduleFlags,
      (record) => flagNames(DELETE_MODULE_FLAGS, record.moduleFlags),
    ),
  ],
})

const bpfCalls = callsOf('kernel.bpf', {
  bpf: [
    describedDescriptor('fd', (record) => record.result, describeDescriptor),
    named(
      'cmd',
      (record) => record.command,
      (record) => BPF_COMMANDS.get(record.command) ?? '',
    ),
    number('prog_type', (record) => record.programType),
    text('name', (record) => record.objectName),
  ],
})

const perfCalls = callsOf('kernel.perf_event_open', {
  perf_event_open: [
    describedDescriptor('fd', (record) => record.result, describeDescriptor),
    number('type', (record) => record.perfType),
    hex('config', (record) => record.config),
    processId('pid'),
    number('cpu', (record) => record.onCpu),
  ],
})

const faultCalls = callsOf('kernel.userfaultfd', { userfaultfd: [RES, hex('flags', (record) => record.faultFlags)] })

const kexecCalls = callsOf('kernel.kexec', {
  kexec_load: [RES, hex('flags', (record) => record.kexecFlags)],
  kexec_file_load: [RES, text('path', (record) => record.kernelPath), hex('flags', (record) => record.kexecFlags)],
})

const ringCalls = callsOf('uring.setup', {
  io_uring_setup: [
    RES,
    number('entries', (record) => record.entries),
    named(
      'flags',
      (record) => record.setupFlags,
      (record) => flagNames(URING_SETUP_FLAGS, record.setupFlags),
    ),
  ],
})

const compatCalls = callsOf('syscall.compat', {
  compat: [
    number('number', (record) => record.number),
    hex('arg0', (record) => record.arg0),
    hex('arg1', (record) => record.arg1),
    hex('arg2', (record) => record.arg2),
  ],
})

export const KERNEL_CALLS = [memoryCalls, moduleCalls, bpfCalls, perfCalls, faultCalls, kexecCalls, ringCalls, compatCalls]
