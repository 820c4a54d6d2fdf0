internal import ArgumentParser
internal import Nacre

/// What every export of a game for another program takes.
struct InterchangeOptions: ParsableArguments {
    @OptionGroup var output: OutputOptions
    @OptionGroup var assumptions: ScenarioOptions

    @Argument(help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String
}
