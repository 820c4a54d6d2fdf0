"""Two Ray nodes on this machine, one of which is killed half-way while a driver computes pieces.

usage: ray_nodes.py FOLDER      (of `cluster template ray`; run in a network namespace that has only loopback)
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from ray.cluster_utils import Cluster


def complete(folder):
    pieces = folder / "pieces"
    return len([p for p in pieces.iterdir() if not p.name.startswith(".")]) if pieces.is_dir() else 0


def main():
    folder = Path(sys.argv[1])
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    second = cluster.add_node(num_cpus=1)
    driver = subprocess.Popen(
        [sys.executable, str(folder / "driver.py")], env=dict(os.environ, RAY_ADDRESS=cluster.address))
    while complete(folder) < 2 and driver.poll() is None:
        time.sleep(0.2)
    total = int((folder / "driver.py").read_text().split("PIECES = ")[1].split()[0])
    print(f"left when the node was killed: {total - complete(folder)}", flush=True)
    raylet = second.all_processes["raylet"][0].process
    os.kill(raylet.pid, signal.SIGKILL)
    code = driver.wait()
    cluster.shutdown()
    sys.exit(0 if code in (0, 1) else code)


if __name__ == "__main__":
    main()
