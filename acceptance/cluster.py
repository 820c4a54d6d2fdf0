"""Whether pieces that engines compute add up to the bytes of one process, with engines that really run.

usage: cluster.py PROGRAM SUITES FOLDER [--only slurm,ray,parallel,kubernetes] [--cases 1200] [--ray PYTHON] [--kube PYTHON]

A suite of 1,200 cases (the constructive one with one more axis) with policies that need no belief planning, and 60 cases with
`belief`, are run in one process, and then in pieces: by Slurm with two node daemons on this host, by Ray with two nodes in a network
namespace that has only loopback, and by GNU parallel. In each of them something is killed half-way. Every file of the result must
have the bytes of the run in one. The files for Kubernetes are checked against its schema. Whatever is started here is ended by its
process id. Ends with 1 where bytes differ or an engine does not finish; says which engines are not there.
"""

import argparse
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

AXIS = "haste"  # one more axis, of ten values, for ten times the cases
POLICIES = ["reference", "refusal-first", "guide-always", "inform-always", "uniform"]
PIECES = 8


def suite_of(suites, folder, cases):
    """The constructive suite with one more axis: how carefully attackers choose their moves."""
    out = folder / "suite"
    shutil.copytree(suites / "constructive", out)
    text = (out / "suite.yaml").read_text()
    template = (out / "template.yaml").read_text()
    axis = [f"  {AXIS}:", "    title: how carefully attackers choose", "    values:"]
    for number in range(max(1, cases // 120)):
        axis += [f"      h{number}:", f"        rationality: {0.8 + 0.1 * number:.1f}  # assumption: made for a test of scale"]
    (out / "suite.yaml").write_text(text.replace("\nexclude:", "\n" + "\n".join(axis) + "\n\nexclude:", 1))
    changed = template.replace("rationality: 1.2 ", "rationality: ${" + AXIS + ".rationality} ", 1)
    if changed == template:
        sys.exit("the template has no rationality to vary")
    (out / "template.yaml").write_text(changed.replace("${case}", "${case}", 1))
    return out


def digest(folder):
    """The bytes of every file below a folder, by name."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*")) if path.is_file()
    }


class Started:
    """Processes that were started here, ended by their ids."""

    def __init__(self):
        self.processes = []

    def start(self, arguments, log, **options):
        process = subprocess.Popen(
            [str(argument) for argument in arguments], stdout=open(log, "ab"), stderr=subprocess.STDOUT, **options)
        self.processes.append(process)
        return process

    def end(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
        for process in reversed(self.processes):
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes = []


class Acceptance:
    def __init__(self, arguments):
        self.program = Path(arguments.program).resolve()
        self.folder = Path(arguments.folder).resolve()
        self.arguments = arguments
        self.failures = []
        self.rows = []
        self.environment = dict(os.environ, NACRE_CLI=str(self.program))
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        suite = suite_of(Path(arguments.suites).resolve(), self.folder, arguments.cases)
        policies = [option for policy in POLICIES for option in ("--policy", policy)]
        self.works = {
            f"{arguments.cases} cases, no planning": ["suite", "run", str(suite), *policies],
            "60 cases, belief": ["suite", "run", "constructive", "--case", "r1-*", "--policy", "belief"],
        }

    def run(self, arguments, **options):
        return subprocess.run(
            [str(argument) for argument in arguments], cwd=self.folder, env=self.environment, text=True,
            capture_output=True, **options)

    def template(self, engine, command, name):
        """The files of an engine for a command."""
        out = self.folder / f"{name}-{engine}"
        done = self.run([
            self.program, "cluster", "template", engine, "--pieces", PIECES, "--out", out, "--", *command, "--out",
            self.folder / f"{name}-{engine}-result"])
        if done.returncode != 0:
            sys.exit(done.stderr)
        return out

    def whole(self):
        """Every work in one process, and how long it took."""
        self.reference = {}
        for number, (title, command) in enumerate(self.works.items()):
            out = self.folder / f"whole-{number}"
            begin = time.monotonic()
            done = self.run([self.program, *command, "--out", out, "--quiet", "--threads", 2])
            seconds = time.monotonic() - begin
            if done.returncode not in (0, 1):
                sys.exit(f"{title}: {done.stderr}")
            self.reference[title] = (digest(out), seconds)
            print(f"{title:28} {'one process, 2 threads':26} {seconds:8.1f} s", flush=True)

    def judge(self, title, engine, name, killed, seconds, failure=None):
        """Compares a result with that of one process."""
        result = self.folder / f"{name}-{engine}-result"
        same = failure is None and result.is_dir() and digest(result) == self.reference[title][0]
        verdict = failure or ("same bytes" if same else "OTHER BYTES")
        print(f"{title:28} {engine + ', ' + killed:26} {seconds:8.1f} s  {verdict}", flush=True)
        if not same:
            self.failures.append(f"{title}, {engine}: {verdict}")

    def wait_for_pieces(self, out, count, limit=1200):
        """Until so many pieces are complete."""
        begin = time.monotonic()
        while time.monotonic() - begin < limit:
            pieces = out / "pieces"
            if pieces.is_dir() and len([p for p in pieces.iterdir() if p.is_dir() and not p.name.startswith(".")]) >= count:
                return True
            time.sleep(0.2)
        return False

    # GNU parallel: killed with all that it started, and begun again.

    def parallel(self, title, command, name):
        out = self.template("parallel", command, name)
        environment = dict(self.environment, JOBS="2")
        begin = time.monotonic()
        first = subprocess.Popen(
            ["sh", str(out / "run.sh")], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True)
        self.wait_for_pieces(out, 2)
        # The group of its own: nothing else is in it.
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
        left = PIECES - len([p for p in (out / "pieces").iterdir() if not p.name.startswith(".")])
        done = subprocess.run(["sh", str(out / "run.sh")], env=environment, capture_output=True, text=True)
        failure = None if done.returncode in (0, 1) else f"exit {done.returncode}: {done.stderr.strip()[-300:]}"
        if left == 0:
            failure = "nothing was left to resume: killed too late"
        self.judge(title, "parallel", name, f"kill -9, {left} left", time.monotonic() - begin, failure)

    # Slurm: a controller and two node daemons on this host, one of which is killed.

    def slurm_start(self):
        state = self.folder / "slurm"
        state.mkdir()
        user = "root"
        (state / "munge").mkdir(mode=0o700)
        (state / "munge.key").write_bytes(os.urandom(128))
        (state / "munge.key").chmod(0o600)
        socket = state / "munge" / "socket"
        self.started.start(
            ["munged", "--foreground", "--force", f"--key-file={state}/munge.key", f"--socket={socket}",
             f"--pid-file={state}/munge/pid", f"--log-file={state}/munge/log", f"--seed-file={state}/munge/seed"],
            state / "munged.log")
        host = subprocess.run(["hostname", "-s"], capture_output=True, text=True).stdout.strip()
        (state / "save").mkdir()
        lines = [
            "ClusterName=nacre", f"SlurmctldHost={host}(127.0.0.1)", "AuthType=auth/munge", f"AuthInfo=socket={socket}",
            "CredType=cred/munge", f"SlurmUser={user}", f"SlurmdUser={user}",
            f"StateSaveLocation={state}/save", f"SlurmdSpoolDir={state}/spool-%n", f"SlurmctldPidFile={state}/ctld.pid",
            f"SlurmdPidFile={state}/d-%n.pid", f"SlurmctldLogFile={state}/ctld.log", f"SlurmdLogFile={state}/d-%n.log",
            "SlurmctldPort=16817", "ProctrackType=proctrack/linuxproc", "TaskPlugin=task/none",
            "JobAcctGatherType=jobacct_gather/none", "SchedulerType=sched/builtin", "SelectType=select/cons_tres",
            "SelectTypeParameters=CR_Core", "MpiDefault=none", "SlurmdParameters=config_overrides",
            "CommunicationParameters=NoCtldInAddrAny,NoInAddrAny", "SlurmdTimeout=15", "KillWait=5", "MinJobAge=300",
            "BatchStartTimeout=30", "RebootProgram=/bin/true", "ReturnToService=2", "SchedulerParameters=batch_sched_delay=0",
            "JobRequeue=1", "MailProg=/bin/true", "PrologFlags=",
        ]
        for number in (1, 2):
            lines.append(
                f"NodeName=n{number} NodeHostname={host} NodeAddr=127.0.0.1 Port={16820 + number} CPUs=1 RealMemory=1000 State=UNKNOWN")
        lines.append("PartitionName=all Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP")
        conf = state / "slurm.conf"
        conf.write_text("\n".join(line for line in lines if not line.endswith("=")) + "\n")
        self.slurm_environment = dict(self.environment, SLURM_CONF=str(conf))
        time.sleep(1)
        self.started.start(["slurmctld", "-D", "-f", conf], state / "slurmctld.out", env=self.slurm_environment)
        time.sleep(2)
        self.nodes = {
            number: self.started.start(
                ["slurmd", "-D", "-f", conf, "-N", f"n{number}"], state / f"slurmd-{number}.out", env=self.slurm_environment,
                start_new_session=True)
            for number in (1, 2)
        }
        for _ in range(60):
            seen = subprocess.run(
                ["sinfo", "-h", "-o", "%D %T"], env=self.slurm_environment, capture_output=True, text=True)
            if re.search(r"2 idle", seen.stdout):
                return None
            time.sleep(1)
        return f"the nodes did not come up: {seen.stdout.strip()} {seen.stderr.strip()}"

    def slurm_node_again(self, number):
        state = self.folder / "slurm"
        self.nodes[number] = self.started.start(
            ["slurmd", "-D", "-f", state / "slurm.conf", "-N", f"n{number}"], state / f"slurmd-{number}.out",
            env=self.slurm_environment, start_new_session=True)

    def slurm(self, title, command, name):
        out = self.template("slurm", command, name)
        begin = time.monotonic()
        done = subprocess.run(
            ["sh", str(out / "submit.sh")], env=self.slurm_environment, capture_output=True, text=True)
        if done.returncode != 0:
            return self.judge(title, "slurm", name, "", 0, f"not submitted: {done.stderr.strip()}")
        merge = done.stdout.split()[-1]
        self.wait_for_pieces(out, 2)
        killed = self.kill_node(2, out)
        time.sleep(20)
        self.slurm_node_again(2)
        state = ""
        while time.monotonic() - begin < 1500:
            seen = subprocess.run(
                ["scontrol", "show", "job", "-o", merge], env=self.slurm_environment, capture_output=True, text=True)
            found = re.search(r"JobState=(\S+)", seen.stdout)
            state = found.group(1) if found else state
            if state in ("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT"):
                break
            time.sleep(1)
        failure = None if state in ("COMPLETED", "FAILED") else f"the merge is {state or 'gone'}"
        self.judge(title, "slurm", name, f"node killed, {killed} left", time.monotonic() - begin, failure)

    def kill_node(self, number, out):
        """Ends a node daemon and all that runs on it, as a power cut would."""
        tree = self.children(self.nodes[number].pid)
        steps = []
        for line in subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True).stdout.splitlines()[1:]:
            pid, _, words = line.split(None, 2)
            # Steps of a job leave the daemon's tree: their title names the node's job.
            if words.startswith("slurmstepd: [") and self.node_of_step(int(pid)) == f"n{number}":
                steps += [int(pid), *self.children(int(pid))]
        for pid in [self.nodes[number].pid, *tree, *steps]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        return PIECES - len([p for p in (out / "pieces").iterdir() if not p.name.startswith(".")])

    def node_of_step(self, pid):
        for child in self.children(pid):
            try:
                text = Path(f"/proc/{child}/environ").read_bytes()
            except OSError:
                continue
            found = re.search(rb"SLURMD_NODENAME=(\S+?)\0", text)
            if found:
                return found.group(1).decode()
        return None

    @staticmethod
    def children(pid):
        """All processes below one."""
        parents = {}
        for line in subprocess.run(["ps", "-eo", "pid,ppid"], capture_output=True, text=True).stdout.splitlines()[1:]:
            child, parent = map(int, line.split())
            parents.setdefault(parent, []).append(child)
        found, waiting = [], [pid]
        while waiting:
            below = parents.get(waiting.pop(), [])
            found += below
            waiting += below
        return found

    # Ray: two nodes in a network namespace that has only loopback; outside one it listens on all interfaces.

    def ray(self, title, command, name):
        out = self.template("ray", command, name)
        script = Path(__file__).with_name("ray_nodes.py")
        begin = time.monotonic()
        done = subprocess.run(
            ["unshare", "--net", "--kill-child", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", self.arguments.ray,
             str(script), str(out)],
            env=self.environment, capture_output=True, text=True, timeout=1500)
        found = re.search(r"left when the node was killed: (\d+)", done.stdout)
        failure = None if done.returncode == 0 else f"exit {done.returncode}: {(done.stdout + done.stderr).strip()[-400:]}"
        left = found.group(1) if found else "?"
        self.judge(title, "ray", name, f"node killed, {left} left", time.monotonic() - begin, failure)

    # Kubernetes: against the schema only.

    def kubernetes(self):
        out = self.template("kubernetes", next(iter(self.works.values())), "schema")
        for name in ("pieces.yaml", "merge.yaml"):
            done = subprocess.run(
                [str(Path(self.arguments.kube).with_name("kubernetes-validate")), "--strict", str(out / name)],
                capture_output=True, text=True)
            good = done.returncode == 0
            print(f"kubernetes: {name}: {'holds against its schema' if good else done.stdout + done.stderr}", flush=True)
            if not good:
                self.failures.append(f"kubernetes: {name}")

    def all(self):
        self.started = Started()
        try:
            self.whole()
            wanted = self.arguments.only.split(",") if self.arguments.only else ["parallel", "slurm", "ray", "kubernetes"]
            missing = {
                "parallel": None if shutil.which("parallel") else "there is no parallel",
                "slurm": None if shutil.which("slurmctld") and shutil.which("munged") else "there is no slurm",
                "ray": None if self.arguments.ray else "there is no ray",
                "kubernetes": None if self.arguments.kube else "there is no kubernetes-validate",
            }
            for engine in wanted:
                if missing[engine]:
                    print(f"skipped {engine}: {missing[engine]}")
                    continue
                if engine == "kubernetes":
                    self.kubernetes()
                    continue
                if engine == "slurm" and (failure := self.slurm_start()):
                    self.failures.append(f"slurm: {failure}")
                    print(f"slurm: {failure}")
                    continue
                for number, (title, command) in enumerate(self.works.items()):
                    getattr(self, engine)(title, command, f"work{number}")
        finally:
            self.started.end()
        for failure in self.failures:
            print(failure, file=sys.stderr)
        print("all gates hold" if not self.failures else f"{len(self.failures)} gates missed")
        return 1 if self.failures else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("suites")
    parser.add_argument("folder")
    parser.add_argument("--only")
    parser.add_argument("--cases", type=int, default=1200)
    parser.add_argument("--ray", help="a Python that has ray")
    parser.add_argument("--kube", help="a Python that has kubernetes-validate")
    sys.exit(Acceptance(parser.parse_args()).all())


if __name__ == "__main__":
    main()
