/** What a new rule begins with: it has everything that a good rule has. */
export const NEW_RULE = `- rule: Secret of our own read
  desc: Somebody reads the key of our model server.
  why: Whoever has the key can ask the server for everything.
  condition: >
    evt.type in (open, openat, openat2) and evt.is_open_read = true
    and fd.name = /etc/model-server/key
    and not proc.exepath = /usr/bin/model-server
  output: The key of the model server was read (file=%fd.name command=%proc.cmdline program=%proc.exepath parent=%proc.pname user=%user.name container=%container.id)
  priority: WARNING
  tags: [host]
  techniques: [T1552.001]
  tests:
    - name: a stranger reads it
      match: true
      events:
        - { evt.type: openat, evt.is_open_read: true, fd.name: /etc/model-server/key, proc.exepath: /usr/bin/cat }
    - name: the server reads it
      match: false
      events:
        - { evt.type: openat, evt.is_open_read: true, fd.name: /etc/model-server/key, proc.exepath: /usr/bin/model-server }
`
