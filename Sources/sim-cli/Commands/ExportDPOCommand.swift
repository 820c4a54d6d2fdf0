internal import ArgumentParser
internal import ExactEvaluation
internal import GameModel
internal import Preferences
internal import RunStore
internal import Scenarios
internal import Solver

struct ExportDPOCommand: PreferenceExport {
    static let configuration = CommandConfiguration(
        commandName: "dpo",
        abstract: "Preference pairs for DPO: conversational rows with an explicit prompt, a card and a manifest.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var export: PreferenceExportOptions
    @OptionGroup var store: StoreOptions

    @Flag(name: .long, help: RationaleHelp.text)
    var rationale = false

    var format: DatasetFormat { .dpo }

    func validate() throws {
        if store.path != nil, export.options.candidates != nil {
            throw ValidationError(
                "--store keeps pairs of the scenario's own responses; leave it out with --candidates.")
        }
    }

    func execute(_ terminal: Terminal) throws {
        let recorder = try RunRecorder(store, terminal)
        try recorder.recording {
            var permit: WritePermit?
            let (dataset, scenario, policy) = try write(terminal) { scenario, policy in
                permit = try recorder.begin(.export, scenario: scenario, policy: policy, seed: global.seed)
            }
            try recorder.finish(permit) { store, permit in
                try PairRecorder(store: store, permit: permit).record(dataset.pairs)
                return RunResults(Evaluation(policy.controller, game: scenario.game), game: scenario.game)
            }
        }
    }
}
