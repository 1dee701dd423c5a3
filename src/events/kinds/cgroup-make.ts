import { defineEvent, text, u64 } from '../define-event.ts'

export const cgroupMake = defineEvent({
  id: 74,
  name: 'cgroup.make',
  types: ['cgroup_mkdir'],
  doc: 'A control group (of version 2) was made, as for each container and each service: from then on its id in the headers of records has a path.',
  fields: {
    madeId: u64({ doc: 'Its id: the inode number of its folder.', example: 4242 }),
    path: text(1024, { doc: 'Its path below the root of all control groups.', example: '/system.slice/ssh.service' }),
  },
})
