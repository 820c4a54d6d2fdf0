internal import GameModel
internal import Output

/// The columns `rationale` and `rationale_data` of a row: why one completion is preferred, as a sentence and as numbers.
struct RationaleColumns {
    /// The names of both, which tell the posterior over user types and are not to be trained on.
    static let names = ["rationale", "rationale_data"]

    let game: Game
    /// Names by the index that completions give.
    let responses: [String]
    let rationale: DatasetRationale

    /// The reasons of a row: of its pair, or what all answers have in common.
    ///
    /// - Throws: ``PreferenceError`` if the prompt was made without outlooks.
    func members(of row: FormatRow) throws -> [String: JSONValue] {
        guard row.parts.count == 2 else {
            return row.answers == nil ? [:] : ["rationale_data": .object(common(row.prompt))]
        }
        let first = try side(row.prompt, row.parts[0].completion)
        let second = try side(row.prompt, row.parts[1].completion)
        var data = common(row.prompt)
        data["chosen"] = first.json
        data["rejected"] = second.json
        data["lead"] = .number(first.value - second.value)
        return [
            "rationale_data": .object(data), "rationale": .string(sentences.pair(first, second, row.prompt)),
        ]
    }

    /// The reasons of one answer.
    func members(of prompt: PromptRecord, answer index: Int) throws -> [String: JSONValue] {
        let side = try side(prompt, index)
        let best = prompt.completions.map(\.value).max() ?? side.value
        return [
            "rationale": .string(sentences.completion(side, behind: best - side.value, prompt)),
            "rationale_data": .object([
                "behind_best": .number(best - side.value), "reaction": .string(side.reaction),
                "reaction_probability": .number(side.reactionProbability), "unsafe": .number(side.risk),
            ]),
        ]
    }

    private func side(_ prompt: PromptRecord, _ index: Int) throws -> RationaleSide {
        let completion = prompt.completions[index]
        guard let outlook = completion.outlook else {
            throw PreferenceError(
                "prompt \(prompt.id) has no numbers for a rationale; make the table with outlooks, or leave the rationale out"
            )
        }
        return RationaleSide(
            response: responses[completion.response], value: completion.value, risk: outlook.risk,
            reaction: game.reactions[outlook.likeliest].name,
            reactionProbability: outlook.reactions[outlook.likeliest])
    }

    /// What holds for the prompt, whichever completions are compared.
    private func common(_ prompt: PromptRecord) -> [String: JSONValue] {
        let binding = rationale.binding.map { constraint in
            JSONValue.object([
                "at_most": .number(constraint.atMost), "outcome": .string(game.outcomes[constraint.outcome].name),
                "price": .number(constraint.price), "share": .number(constraint.share),
                "type": .string(game.users[constraint.user]),
            ])
        }
        let types = zip(game.users, prompt.users).map { name, probability in
            JSONValue.object(["probability": .number(probability), "type": .string(name)])
        }
        return ["binding": .array(binding), "types": .array(types)]
    }

    private var sentences: RationaleSentence { RationaleSentence(game: game, rationale: rationale) }
}

/// One completion in a rationale.
struct RationaleSide {
    let response: String
    /// Q(b, a).
    let value: Double
    /// P(ω unsafe | b, a).
    let risk: Double
    let reaction: String
    let reactionProbability: Double

    var json: JSONValue {
        .object([
            "reaction": .string(reaction), "reaction_probability": .number(reactionProbability),
            "response": .string(response), "unsafe": .number(risk), "value": .number(value),
        ])
    }
}

extension DatasetFormat {
    /// The columns of a row, with those of a rationale where there is one.
    func columns(hasRationale: Bool) -> [Column] {
        guard hasRationale else { return rows.columns }
        let common: [Column] = [
            Column(
                "binding",
                .list([
                    Column("at_most", .number), Column("outcome", .string), Column("price", .number),
                    Column("share", .number), Column("type", .string),
                ])),
            Column("types", .list([Column("probability", .number), Column("type", .string)])),
        ]
        let outlook = [
            Column("reaction", .string), Column("reaction_probability", .number), Column("unsafe", .number),
        ]
        let rationale = Column("rationale", .string)
        guard !isPaired else {
            let side = (outlook + [Column("response", .string), Column("value", .number)]).sorted()
            let pair = [Column("chosen", .object(side)), Column("lead", .number), Column("rejected", .object(side))]
            return (rows.columns + [rationale, Column("rationale_data", .object((common + pair).sorted()))]).sorted()
        }
        let own = Column("rationale_data", .object((outlook + [Column("behind_best", .number)]).sorted()))
        let columns = rows.columns.map { column in
            guard column.name == "completions", case .list(let members) = column.kind else { return column }
            return Column("completions", .list((members + [rationale, own]).sorted()))
        }
        return (columns + [Column("rationale_data", .object(common))]).sorted()
    }
}
