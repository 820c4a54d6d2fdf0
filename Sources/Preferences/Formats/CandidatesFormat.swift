internal import GameModel
internal import Output

/// All completions of a prompt, from which any other form can be made.
struct CandidatesFormat: RowFormat {
    let name = "candidates"
    let requiredLabels: LabelMode? = .hard
    let isPaired = false
    let limitColumns = LimitColumns.completions

    func expectedRows(_ pairs: PreferencePairs) -> Int { pairs.table.prompts.count }

    var columns: [Column] {
        [
            Column(
                "completions",
                .list([
                    Column("content", .string), Column("pi_ref", .number), Column("pi_star", .number),
                    Column("q", .number), Column("response", .string),
                ])),
            Column(
                "nodes", .list([Column("node", .integer), Column("observed", .strings), Column("reach", .number)])),
            Column("policy", .string), .messages("prompt"), Column("prompt_id", .string), Column("reach", .number),
            Column("scenario", .string), Column("split", .string), Column("tau", .number), Column("turn", .integer),
        ]
    }

    func note(_ dataset: Dataset) -> String {
        "One row is a prompt with all its completions: `q` is the action value, `pi_ref` the reference's probability and "
            + "`pi_star` the target's. `nodes` says where the memory of the policy stands at the prompt: `node` counts the "
            + "rows of `strategies` in the policy file from 0, `observed` is what it remembers there, and `reach` how "
            + "probable it is."
    }

    /// Both splits stand in one file; the column `split` tells them apart.
    func file(test: Bool) -> String? { test ? nil : "candidates.jsonl" }

    func visit(_ dataset: Dataset, test: Bool, _ body: (FormatRow) throws -> Void) throws {
        for prompt in dataset.pairs.table.prompts {
            let answers = prompt.completions.map { answer($0, dataset) }
            try body(FormatRow(prompt: prompt, parts: [], answers: answers) { members(prompt, dataset) })
        }
    }

    private func answer(_ completion: PromptRecord.Completion, _ dataset: Dataset) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "content": .string(completion.content), "response": .string(dataset.responses[completion.response]),
            "q": .number(completion.value), "pi_ref": .number(completion.reference),
            "pi_star": .number(completion.target),
        ]
        if dataset.hasLimits { members["exceeds_limit"] = completion.exceedsLimit.map { .bool($0) } }
        return members
    }

    private func members(_ prompt: PromptRecord, _ dataset: Dataset) -> [String: JSONValue] {
        var members = dataset.originMembers(prompt)
        members["seed"] = nil
        members["nodes"] = .array(
            prompt.places.map { place in
                .object([
                    "node": .integer(place.node), "reach": .number(place.reach),
                    "observed": .strings(place.observed.map { dataset.source.game.name(ofObservation: $0) }),
                ])
            })
        members["prompt"] = .messages(prompt.messages)
        members["reach"] = .number(prompt.reach)
        members["tau"] = .number(dataset.pairs.temperature)
        members["turn"] = .integer(prompt.turn)
        return members
    }
}
