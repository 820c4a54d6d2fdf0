internal import Conversations
internal import GameModel
internal import Output
internal import Scenarios

extension PlayReport {
    /// Writes the conversations, the candidates, the summary and the tables into a folder that appears whole.
    ///
    /// `conversations.jsonl` has one conversation a line in the form that trainers read, with labels beside the words; `candidates.jsonl` is
    /// read by `export preferences --candidates`; `play.json` is the document of `--json` without the conversations.
    package func write(to folder: OutputFolder) throws {
        try folder.writeLines("conversations.jsonl") { write in
            for conversation in conversations {
                try write(try conversation.line(scenario.game, id: id(conversation.episode)).bytes())
            }
        }
        if let samples {
            try folder.writeLines("candidates.jsonl") { write in
                for prompt in samples.prompts {
                    let episode = conversations[prompt.conversation].episode
                    let line = prompt.line(
                        conversations, scenario.game, id: "\(id(episode))-t\(prompt.turn + 1)")
                    try write(try line.bytes())
                }
            }
        }
        var members = summary
        members["version"] = .string(Release.version)
        members["command_line"] = .string(Shell.resultCommandLine)
        try folder.write("play.json", try JSONValue.object(members).text(.indented) + "\n")
        try package.write(to: folder, beside: folder.files)
    }

    /// The name of a conversation in files.
    func id(_ episode: Int) -> String { "\(scenario.name)-s\(request.seed)-e\(episode)" }

    /// Outcomes, metrics, regret and the fitted policy as tables.
    private var package: DataPackage {
        let runID = RunName.make(
            ["play", scenario.gameHash, "\(request.seed)", "\(episodes)"] + scenario.assumptionParts
                + [cast.source.name])
        let tables = ResultTables(game: scenario.game, scenario: scenario.name, runID: runID)
        var all = [tables.outcomes(entries()), tables.metrics(entries())]
        if let fitted { all.append(tables.strategies(fitted, policy: "fitted to \(cast.source.name)")) }
        if let regret {
            all.append(regretColumns.table("regret", title: "Where most is lost", rows: regret.rows))
        }
        return DataPackage(scenario, name: "play", tables: all)
    }
}
