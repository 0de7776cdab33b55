"""A SLURM cluster of two nodes on this machine for the time of a test: no systemd, no root services.

All that belongs to it (munge's key and socket, spool, logs) is in one directory, and all daemons run in
the foreground as children of this process, so that they end when it says so. A node is a slurmd with a
port, a spool and, in a UTS namespace, a host name of its own: Open MPI tells machines apart by that.
"""

import contextlib
import ctypes
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time

# The path of a UNIX socket has at most 107 bytes; slurmd's and srun's are made below the directory.
PARENT = "/tmp"
# Against waiting for ever alone: under load, what takes a second takes twenty.
START_TIMEOUT = 120
STOP_TIMEOUT = 10
COMMAND_TIMEOUT = 120
JOB_TIMEOUT = 600
POLL_INTERVAL = 0.1

NODES = ("node1", "node2")

# Also COMPLETING: its processes may still write.
UNFINISHED = {"PENDING", "RUNNING", "COMPLETING", "SUSPENDED", "REQUEUED", "CONFIGURING"}

CONFIGURATION = """
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={directory}/munge.socket,cred_expire=5
SlurmctldPort={controller_port}
SlurmctldPidFile={directory}/slurmctld.pid
SlurmdPidFile={directory}/slurmd.%n.pid
StateSaveLocation={directory}/state
SlurmdSpoolDir={directory}/spool.%n
TmpFS={directory}/tmp.%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
ReturnToService=2
SchedulerType=sched/builtin
SchedulerParameters=sched_interval=1,batch_sched_delay=0
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
KillWait=30
MinJobAge=3600
PartitionName=test Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""
NODE = "NodeName={name} NodeAddr=127.0.0.1 Port={port} CPUs={cpus} RealMemory=1000000 State=UNKNOWN\n"


def free_ports(count):
    """Ports that nobody listens on, found by asking for them all at once."""
    with contextlib.ExitStack() as sockets:
        found = []
        for _ in range(count):
            listener = sockets.enter_context(socket.socket())
            listener.bind(("127.0.0.1", 0))
            found.append(listener.getsockname()[1])
        return found


def die_with_parent():
    """The kernel ends a daemon whose test was killed before it could."""
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)


def in_namespace(host):
    """The start of a command that runs with this host name; nothing where that is not allowed."""
    own = ["unshare", "--uts", *(["--user", "--map-current-user", "--keep-caps"] if os.geteuid() else []),
           "sh", "-c", 'hostname "$0" && exec "$@"', host]
    try:
        subprocess.run([*own, "true"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return []
    return [*own, "setpriv", "--pdeathsig=KILL"]  # a new namespace forgets it


def namespace_of(process):
    """Which UTS namespace it is in; None once it ended."""
    with contextlib.suppress(OSError):
        return os.readlink(f"/proc/{process}/ns/uts")
    return None


def user_name():
    return pwd.getpwuid(os.geteuid()).pw_name


def tail(path, lines=15):
    with contextlib.suppress(OSError):
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
    return ""


def log_of(task):
    return pathlib.Path(task["StdOut"])


class ClusterError(Exception):
    """The cluster did not start, or a job did not do what it was waited for."""


class Cluster:
    """Daemons that run from `with` to the end of its block; each node's `cpus` may be more than there are."""

    def __init__(self, cpus=4):
        # Refused by munge unless all may search it and nobody else may write there.
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="rs", dir=PARENT))
        self.directory.chmod(0o755)
        self.environment = dict(os.environ, SLURM_CONF=str(self.directory / "slurm.conf"))
        self.has_hosts = bool(in_namespace(NODES[0]))
        if not self.has_hosts:  # all nodes' shared memory would have the same names
            self.environment["OMPI_MCA_btl"] = "self,tcp"
        self._cpus = cpus
        self._daemons = {}

    def __enter__(self):
        try:
            self._configure()
            self._start("munged", "--foreground", *(
                f"--{name}-file={self.directory}/munged.{name}" for name in ("key", "pid", "log", "seed")),
                f"--socket={self.directory}/munge.socket")
            self._wait_for(lambda: (self.directory / "munge.socket").exists(), "munge's socket")
            self._start("slurmctld", "-D")
            for node in NODES:
                self.start_node(node)
            self._wait_for(lambda: self._states() == ["idle"] * len(NODES), "the nodes to be idle")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        # While the daemons can still end the jobs' processes.
        with contextlib.suppress(OSError, subprocess.SubprocessError, ClusterError):
            self.run("scancel", "--full", "--signal=KILL", "--user", user_name())
            self.run("scancel", "--user", user_name())
            self._wait_for(lambda: not self.run("squeue", "--noheader"), "the jobs to end")
        for daemon in reversed(self._daemons.values()):
            daemon.terminate()
            try:
                daemon.wait(STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        shutil.rmtree(self.directory, ignore_errors=True)

    def start_node(self, node):
        """Also of one that was ended: it comes back into service."""
        self._start("slurmd", "-D", "-N", node, name=node, before=in_namespace(node))

    def end_node(self, node):
        """Ends all that runs on a node, at once, as a failure of its power does."""
        daemon = self._daemons.pop(node)
        namespace = namespace_of(daemon.pid)
        if namespace in (None, namespace_of(os.getpid())):
            raise ClusterError(f"{node} has no namespace of its own")
        for process in filter(str.isdigit, os.listdir("/proc")):
            if namespace_of(process) == namespace:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(process), signal.SIGKILL)
        daemon.wait()
        # What the controller concludes when a node has not answered for SlurmdTimeout.
        self.run("scontrol", "update", f"NodeName={node}", "State=DOWN", "Reason=silent")

    def run(self, *command, directory=None):
        """The output of one of SLURM's commands."""
        done = subprocess.run(command, env=self.environment, cwd=directory, capture_output=True,
                              text=True, timeout=COMMAND_TIMEOUT, check=False)
        if done.returncode != 0:
            raise ClusterError(f"{' '.join(command)}: status {done.returncode}: {done.stderr.strip()}")
        return done.stdout.strip()

    def submit(self, script, *arguments, options=()):
        """Submits a script from its own directory; the job's number."""
        return self.run("sbatch", "--parsable", *options, script.name, *arguments,
                        directory=script.parent)

    def jobs(self, job):
        """What SLURM knows of a job, or of all tasks of an array, each as a dictionary."""
        lines = self.run("scontrol", "show", "job", "--oneliner", job).splitlines()
        return [dict(field.split("=", 1) for field in line.split() if "=" in field)
                for line in lines]

    def wait(self, job, state="COMPLETED", timeout=JOB_TIMEOUT):
        """Waits until the job, or all tasks of an array, ended; an error unless in this state."""
        def ended():
            return all(task["JobState"] not in UNFINISHED for task in self.jobs(job))
        self.wait_until(ended, f"job {job} to end", timeout)
        tasks = self.jobs(job)
        for task in tasks:
            if task["JobState"] != state:
                raise ClusterError(f"job {job} is {task['JobState']}, exit code {task['ExitCode']}:\n"
                                   + tail(log_of(task)))
        return tasks

    def wait_until(self, condition, what, timeout=JOB_TIMEOUT):
        """Polls; an error that names what was waited for when it takes too long."""
        end = time.monotonic() + timeout
        while not condition():
            self._check_daemons()
            if time.monotonic() > end:
                raise ClusterError(f"waited {timeout} s for {what}:\n{self._queue()}\n"
                                   + self._messages())
            time.sleep(POLL_INTERVAL)

    def _wait_for(self, condition, what):
        self.wait_until(condition, what, START_TIMEOUT)

    def _configure(self):
        for name in ("state", *(f"{kind}.{node}" for node in NODES for kind in ("spool", "tmp"))):
            (self.directory / name).mkdir()
        key = self.directory / "munged.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o400)
        controller, *ports = free_ports(1 + len(NODES))
        (self.directory / "slurm.conf").write_text(CONFIGURATION.format(
            host=socket.gethostname().split(".")[0], user=user_name(), directory=self.directory,
            controller_port=controller) + "".join(
                NODE.format(name=name, port=port, cpus=self._cpus) for name, port in zip(NODES, ports)),
            encoding="utf-8")

    def _start(self, program, *arguments, name=None, before=()):
        path = shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/sbin")
        if path is None:
            raise ClusterError(f"{program} is not installed (tools/setup --develop installs it)")
        with open(self.directory / f"{name or program}.out", "ab") as output:
            self._daemons[name or program] = subprocess.Popen(
                [*before, path, *arguments], env=self.environment, stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT, preexec_fn=die_with_parent)

    def _check_daemons(self):
        for name, daemon in self._daemons.items():
            if daemon.poll() is not None:
                raise ClusterError(f"{name} ended with status {daemon.returncode}:\n{self._messages()}")

    def _states(self):
        with contextlib.suppress(ClusterError):  # the controller does not answer at first
            return self.run("sinfo", "--noheader", "--Node", "--format=%t").split()
        return None

    def _queue(self):
        with contextlib.suppress(ClusterError):
            return self.run("squeue", "--format=%i %j %T %r")
        return "squeue gave no answer"

    def _messages(self):
        """The last lines that each daemon wrote."""
        return "\n".join(f"--- {name}\n{tail(self.directory / f'{name}.out')}"
                         for name in self._daemons)
