internal import Output

extension ClusterTemplate {
    var raySteps: String {
        """
        `pip install ray`, then `python driver.py` on a machine of the cluster; without a cluster it uses the cores of this one.
        `RAY_ADDRESS` names the cluster, as for any Ray program. Nodes may come and go: what a lost node was computing is
        computed again by another. The folder must be on a file system that all nodes share. Ray listens on the network:
        read its page on security before you start it on a machine that others can reach.
        """
    }

    var rayFiles: [File] {
        let (share, folder) = ("{share}", "{folder}")
        // Arguments with braces of their own are no templates: only the two that are marked are filled in.
        let arguments = pieceArguments(share: share, folder: folder)
        let piece = arguments.enumerated().map { place, argument in
            let isFolder = place > 0 && argument == folder && arguments[place - 1] == "--out"
            let isShare = place > 0 && argument == share && arguments[place - 1] == "--shard"
            return isFolder ? "folder" : isShare ? "f\"{index}/{PIECES}\"" : Self.literal(argument)
        }.joined(separator: ",\n        ")
        let tail = mergeTail.map { ", " + Self.literal($0) }.joined()
        return [
            File(
                name: "driver.py",
                text: """
                    \"\"\"Computes \(count) pieces of a command with Ray, and puts them together.

                    usage: python driver.py
                    \"\"\"

                    import os
                    import subprocess
                    import sys
                    from pathlib import Path

                    import ray

                    PROGRAM = os.environ.get("NACRE_CLI", "sim-cli")
                    WORKING_FOLDER = \(Self.literal(workingFolder))
                    FOLDER = Path(\(Self.literal(piecesFolder)))
                    PIECES = \(count)
                    DIGITS = \(digits)
                    TRIES = \(Self.tries)
                    # Exit codes after which a piece may succeed when it is tried again; a process that a signal ended has a negative one.
                    MAY_PASS = {\(Self.mayPass.map { "\($0)" }.joined(separator: ", "))}


                    class TryAgain(Exception):
                        \"\"\"A piece that may succeed when it is tried again.\"\"\"


                    def folder_of(index: int) -> str:
                        return str(FOLDER / f"{index:0{DIGITS}d}")


                    def command(index: int) -> list[str]:
                        folder = folder_of(index)
                        return [
                            PROGRAM,
                            \(piece),
                            "--threads", "1",
                        ]


                    # Ray itself tries again where a node is lost (max_retries); TryAgain is raised where the command says so.
                    @ray.remote(num_cpus=1, max_retries=TRIES, retry_exceptions=[TryAgain])
                    def piece(index: int) -> int:
                        FOLDER.mkdir(parents=True, exist_ok=True)
                        done = subprocess.run(command(index), cwd=WORKING_FOLDER, stderr=subprocess.PIPE, text=True)
                        if done.returncode in (0, 1):
                            return index
                        said = f"piece {index} ended with {done.returncode}: {done.stderr.strip()}"
                        if done.returncode in MAY_PASS or done.returncode < 0:
                            raise TryAgain(said)
                        raise RuntimeError(said)


                    def main() -> int:
                        ray.init(address=os.environ.get("RAY_ADDRESS"), include_dashboard=False, log_to_driver=False)
                        waiting = [piece.remote(index) for index in range(PIECES)]
                        while waiting:
                            done, waiting = ray.wait(waiting)
                            for index in ray.get(done):
                                print(f"piece {index} is done, {len(waiting)} to go", file=sys.stderr)
                        ray.shutdown()
                        merge = [PROGRAM, "merge", *(folder_of(index) for index in range(PIECES))\(tail)]
                        return subprocess.run(merge, cwd=WORKING_FOLDER).returncode


                    if __name__ == "__main__":
                        sys.exit(main())

                    """)
        ]
    }
}
