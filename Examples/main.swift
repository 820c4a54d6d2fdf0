/// The programs of the README and of docs/api.md, by their names; each works in the current folder, beside a folder `scenarios`.
let programs: [String: () throws -> Void] = [
    "seven-lines": sevenLines, "own-candidates": ownCandidates, "calibrate": calibrated, "sweep": sweep,
    "agent": agentOfOwn, "solver": solverOfOwn,
]

for name in CommandLine.arguments.dropFirst() {
    guard let program = programs[name] else { fatalError("there is no program \(name)") }
    try program()
}
