internal import Output

extension ClusterTemplate {
    var kubernetesSteps: String {
        """
        Kubernetes 1.29 or later. Put the program into an image (`FROM debian:bookworm-slim`, `COPY sim-cli /usr/local/bin/`),
        name it in both files in place of `IMAGE`, and make a claim `nacre` of a volume that many nodes can write, with the
        inputs in it under the paths that the command names. Then:

            kubectl apply -f pieces.yaml
            kubectl wait --for=condition=complete --timeout=-1s job/nacre-pieces
            kubectl apply -f merge.yaml

        These files were checked against the schema of Kubernetes, and never run on a cluster.
        """
    }

    var kubernetesFiles: [File] {
        let arguments = pieceArguments(
            share: "$(JOB_COMPLETION_INDEX)/\(count)", folder: piecesFolder + "/$(JOB_COMPLETION_INDEX)")
        // Kubernetes fills $(NAME) into arguments; what the command itself says so is kept from it by a second $.
        let own = Set(["$(JOB_COMPLETION_INDEX)/\(count)", piecesFolder + "/$(JOB_COMPLETION_INDEX)"])
        let piece = arguments.map { own.contains($0) ? $0 : $0.replacing("$(", with: "$$(") } + ["--threads", "1"]
        let merge =
            ["merge"] + (0..<count).map { "\(piecesFolder)/\($0)" } + mergeTail.map { $0.replacing("$(", with: "$$(") }
        return [
            File(
                name: "pieces.yaml",
                text: """
                    # An Indexed Job: \(count) pods, each with a number from 0 in JOB_COMPLETION_INDEX.
                    apiVersion: batch/v1
                    kind: Job
                    metadata:
                      name: nacre-pieces
                    spec:
                      completionMode: Indexed
                      completions: \(count)
                      parallelism: \(min(count, 16))  # how many at a time
                      backoffLimitPerIndex: \(Self.tries)  # how often a piece is tried again
                      podFailurePolicy:
                        rules:
                          # The command itself is wrong: trying again does not help.
                          - action: FailIndex
                            onExitCodes:
                              containerName: piece
                              operator: In
                              values: [\(Self.willNotPass.map { "\($0)" }.joined(separator: ", "))]
                          # Evictions and drained nodes do not count as tries.
                          - action: Ignore
                            onPodConditions:
                              - type: DisruptionTarget
                    \(Self.pod("piece", Self.list(piece), workingFolder))
                    """),
            File(
                name: "merge.yaml",
                text: """
                    # Puts the pieces together; apply it when job/nacre-pieces is complete.
                    apiVersion: batch/v1
                    kind: Job
                    metadata:
                      name: nacre-merge
                    spec:
                      backoffLimit: 2
                    \(Self.pod("merge", Self.list(merge), workingFolder))
                    """),
        ]
    }

    /// The rest of a job: its pod, with the shared volume where the command's paths are.
    private static func pod(_ name: String, _ arguments: String, _ workingFolder: String) -> String {
        """
          template:
            spec:
              restartPolicy: Never
              # Time to keep what was computed, after SIGTERM.
              terminationGracePeriodSeconds: 60
              containers:
                - name: \(name)
                  image: IMAGE
                  command: ["sim-cli"]
                  args:
        \(arguments)
                  workingDir: \(literal(workingFolder))
                  resources:
                    requests: {cpu: "1", memory: 1Gi}
                  volumeMounts:
                    - name: work
                      mountPath: \(literal(workingFolder))
              volumes:
                - name: work
                  persistentVolumeClaim:
                    claimName: nacre

        """
    }

    private static func list(_ arguments: [String]) -> String {
        arguments.map { "            - \(literal($0))" }.joined(separator: "\n")
    }
}
