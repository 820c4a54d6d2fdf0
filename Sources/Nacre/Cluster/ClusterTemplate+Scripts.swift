internal import Output

extension ClusterTemplate {
    /// The script that computes a piece by its number, and tries again where that may help.
    var pieceScript: File {
        let call = shellCommand(
            share: "\"$index/\(count)\"", folder: "\"$pieces/$(printf %0\(digits)d \"$index\")\"",
            program: "\"${NACRE_CLI:-sim-cli}\"")
        return File(
            name: "piece.sh",
            text: """
                #!/bin/sh
                # Computes one piece: sh piece.sh INDEX, from 0 to \(count - 1).
                # NACRE_CLI names the program, if it is not `sim-cli` on the PATH; NACRE_THREADS how many threads a piece takes;
                # NACRE_PAUSE how many seconds pass between tries.
                set -u
                index=$1
                pieces=\(Self.quoted(piecesFolder))
                cd \(Self.quoted(workingFolder)) || exit 74
                mkdir -p "$pieces" || exit 74

                # Engines end a piece with SIGTERM; it then keeps the units that it has, and the next try goes on with them.
                child=
                ended=
                trap 'ended=1; [ -z "$child" ] || kill -TERM "$child" 2>/dev/null' TERM INT

                try=1
                while :; do
                    \(call) --threads "${NACRE_THREADS:-1}" &
                    child=$!
                    wait "$child"
                    status=$?
                    # A signal ends `wait` before the child ends: wait for its own exit code.
                    while kill -0 "$child" 2>/dev/null; do
                        wait "$child"
                        status=$?
                    done
                    case $status in
                    0 | 1) exit 0 ;; # a result
                    \(Self.mayPass.map { "\($0)" }.joined(separator: " | "))) ;; # may pass when tried again
                    *) exit "$status" ;; # will fail again
                    esac
                    if [ -n "$ended" ] || [ "$try" -ge \(Self.tries) ]; then exit "$status"; fi
                    sleep "${NACRE_PAUSE:-$((5 * try))}"
                    try=$((try + 1))
                done

                """)
    }

    /// The script that puts the pieces together.
    var mergeScript: File {
        File(
            name: "merge.sh",
            text: """
                #!/bin/sh
                # Puts the pieces together. Its exit code is that of the work in one: 0 and 1 are results.
                set -eu
                cd \(Self.quoted(workingFolder))
                exec "${NACRE_CLI:-sim-cli}" merge \(Self.quoted(piecesFolder))/\(String(repeating: "[0-9]", count: digits))\(mergeTail.map { " " + Self.quoted($0) }.joined())

                """)
    }

    // MARK: Slurm

    var slurmSteps: String {
        """
        `sh submit.sh` submits an array of \(count) jobs and a merge that begins when all of them ended well. Look at it with
        `squeue --me`; the output of each piece is in `logs/`. Say in `pieces.sbatch` what your site wants: partition,
        account, time. A job that the site stops, because its time is over or its node is wanted or gone, is put back into
        the queue and goes on. The folder must be on a file system that all nodes share.
        """
    }

    var slurmFiles: [File] {
        let again = Self.mayPass.map { "\($0)" }.joined(separator: " | ")
        return [
            File(
                name: "pieces.sbatch",
                text: """
                    #!/bin/bash
                    #SBATCH --job-name=nacre-pieces
                    #SBATCH --array=0-\(count - 1)
                    #SBATCH --ntasks=1
                    #SBATCH --cpus-per-task=1
                    ##SBATCH --time=04:00:00
                    ##SBATCH --mem=2G
                    # Lost nodes and preemption put a piece back into the queue.
                    #SBATCH --requeue
                    # A minute before its time is over, a piece is told to keep what it has.
                    #SBATCH --signal=B:TERM@60
                    #SBATCH --open-mode=append
                    #SBATCH --output=logs/%A_%a.log

                    NACRE_THREADS=${SLURM_CPUS_PER_TASK:-1} sh piece.sh "$SLURM_ARRAY_TASK_ID" &
                    child=$!
                    trap 'kill -TERM "$child" 2>/dev/null' TERM
                    wait "$child"
                    status=$?
                    while kill -0 "$child" 2>/dev/null; do
                        wait "$child"
                        status=$?
                    done
                    case $status in
                    \(again))
                        # May pass when tried again: a piece that was stopped goes on where it was.
                        if [ "${SLURM_RESTART_COUNT:-0}" -lt \(Self.tries) ]; then
                            scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
                        fi
                        ;;
                    esac
                    exit "$status"

                    """),
            File(
                name: "merge.sbatch",
                text: """
                    #!/bin/bash
                    #SBATCH --job-name=nacre-merge
                    #SBATCH --ntasks=1
                    #SBATCH --cpus-per-task=1
                    #SBATCH --requeue
                    #SBATCH --output=logs/merge_%j.log

                    sh merge.sh

                    """),
            File(
                name: "submit.sh",
                text: """
                    #!/bin/sh
                    # Submits the pieces, and a merge that waits for all of them.
                    set -eu
                    cd \(Self.quoted(folder))
                    mkdir -p logs
                    pieces=$(sbatch --parsable pieces.sbatch)
                    # A merge that can never begin, since a piece failed for good, leaves the queue by itself.
                    merge=$(sbatch --parsable --dependency="afterok:$pieces" --kill-on-invalid-dep=yes merge.sbatch)
                    echo "pieces: job $pieces; merge: job $merge"

                    """),
        ]
    }

    // MARK: GNU parallel

    var parallelSteps: String {
        """
        `sh run.sh` computes the pieces, as many at a time as `JOBS` says (default: one for every core), and puts them together.
        Ended half-way, it goes on when run again: `joblog.tsv` says which pieces are done. With `NODES=FILE`, a file of
        host names, they are run on those machines over ssh; the folder must then have the same name on all of them.
        """
    }

    var parallelFiles: [File] {
        [
            File(
                name: "run.sh",
                text: """
                    #!/bin/sh
                    # Computes all pieces with GNU parallel, and puts them together.
                    set -eu
                    cd \(Self.quoted(folder))
                    # What failed or was never begun is run; what is done is not. A piece that was stopped goes on where it was.
                    seq 0 \(count - 1) | parallel --jobs "${JOBS:-100%}" --joblog joblog.tsv --resume-failed \\
                        ${NODES:+--sshloginfile "$NODES"} --termseq TERM,10000,KILL,25 sh \(Self.quoted(folder + "/piece.sh")) {}
                    exec sh merge.sh

                    """)
        ]
    }
}
