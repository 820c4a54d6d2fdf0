internal import GameModel
internal import Output
internal import Pages
internal import Scenarios

/// The scenario in words, where its numbers come from, and how the page is made again.
extension PageBuilder {
    var scenarioPart: PageValue {
        [
            "words": .text(scenarioWords), "users": .list(game.users.indices.map(user)), "openings": openings,
            "responses": .list(game.responses.indices.map(response)), "endings": subject.endings, "goal": .text(goal),
            "limitList": scenario.objective.constraints.isEmpty
                ? nil
                : [
                    "items": .texts(
                        scenario.objective.constraints.map { "\(subject.words($0)) is at most \($0.atMost)." })
                ],
        ]
    }

    private func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    private var scenarioWords: String {
        var text = "An assistant answers one user for up to \(count(game.horizon, "turn")). "
        text +=
            "Who the user is stays hidden: there \(game.users.count == 1 ? "is" : "are") \(count(game.users.count, "type")). "
        if game.states.count > 1 {
            text +=
                "A user is in one of \(game.states.count) states (\(game.states.joined(separator: ", "))), which move with "
                + "the conversation and are hidden too. "
        }
        text +=
            "In each turn the assistant gives one of \(count(game.responses.count, "response")), and the user reacts in one of "
            + "\(count(game.reactions.count, "way")), some of which end the conversation."
        if game.discount != 1 { text += " What comes a turn later counts \(game.discount) times as much." }
        return text
    }

    private func user(_ index: Int) -> PageValue {
        let payoffs = game.outcomes.indices.map { game.outcomePayoff[index * game.outcomes.count + $0] }
        let best = payoffs.indices.max { payoffs[$0] < payoffs[$1] } ?? 0
        let worst = payoffs.indices.min { payoffs[$0] < payoffs[$1] } ?? 0
        return [
            "userName": .text(game.users[index]), "share": .text(subject.percent(game.prior[index])),
            "meaning": .text(scenario.meanings.users[index] ?? scenario.titles.users[index] ?? "–"),
            "worth": .text(
                "\(game.outcomes[best].name) \(subject.payoff(payoffs[best])), \(game.outcomes[worst].name) "
                    + subject.payoff(payoffs[worst])),
        ]
    }

    /// Opening messages; nothing where the scenario has no cues and no texts to show.
    private var openings: PageValue {
        let shares = openingShares
        let rows = game.cues.indices.filter { shares[$0] > 0 }.map { cue -> PageValue in
            [
                "cueName": .text(game.cues.count > 1 ? game.cues[cue] : "any"),
                "share": .text(subject.percent(shares[cue])), "message": .text(openingMessage(cue) ?? "–"),
            ]
        }
        return ["cues": .list(rows)]
    }

    /// P(c): how often a conversation opens with each cue.
    var openingShares: [Double] {
        game.cues.indices.map { cue in
            game.users.indices.reduce(0) { sum, user in
                sum
                    + game.states.indices.reduce(0) { part, state in
                        let hidden = user * game.states.count + state
                        return part + game.prior[user] * game.initialState[hidden]
                            * game.cue[hidden * game.cues.count + cue]
                    }
            }
        }
    }

    /// The last message of an opening; nil where the scenario has no words for it.
    func openingMessage(_ cue: Int) -> String? {
        guard scenario.wording.openings.indices.contains(cue) else { return nil }
        return scenario.wording.openings[cue].last?.content
    }

    private func response(_ index: Int) -> PageValue {
        let item = game.responses[index]
        let features = zip(game.features, item.features).filter { $0.1 != 0 }.map { "\($0) \(Format.number($1, 2))" }
        let meaning = scenario.meanings.responses[index] ?? scenario.titles.responses[index] ?? "–"
        return [
            "responseName": .text(item.name), "meaning": .text(meaning),
            "features": .text(features.isEmpty ? "none" : features.joined(separator: ", ")),
            "cost": .text(subject.payoff(item.cost)),
        ]
    }

    private var goal: String {
        let objective = scenario.objective
        var text =
            switch objective.goal {
            case .payoff: "The goal is the expected payoff."
            case .safeOutcomes: "The goal is the share of conversations that end safely."
            }
        if objective.klWeight > 0 {
            text += " Departing from what the model does today costs \(objective.klWeight) per nat."
        }
        return text + (objective.constraints.isEmpty ? " There are no limits." : " These limits hold:")
    }

    // MARK: Sources

    var sourcesPart: PageValue {
        let inputs = GameInputs(definition: scenario.definition, objective: scenario.objective)
        let marks = scenario.marks
        let numbers = inputs.parameters.map { ($0, inputs[$0], marks[$0.path]) }
        let kinds = ["published or measured", "partly", "assumption", "not said"]
        let counts = kinds.indices.map { kind in numbers.count { Self.kind($0.2) == kind } }
        let total = Double(max(1, numbers.count))
        let strip = PageStrip(
            parts: kinds.indices.map {
                PageStrip.Part(name: kinds[$0], style: "m\($0)", share: Double(counts[$0]) / total)
            })
        var groups: [(name: String, numbers: [(Parameter, Double?, SourceAnnotation)])] = []
        for number in numbers {
            let parts = number.0.path.split(separator: ".")
            let name = parts.count > 1 && parts[0] != "objective" ? "\(parts[0]).\(parts[1])" : "\(parts[0])"
            if groups.last?.name == name {
                groups[groups.count - 1].numbers.append(number)
            } else {
                groups.append((name, [number]))
            }
        }
        return [
            "about":
                "What the scenario file says of each number: a source, or that it is an assumption. Numbers that the file leaves out have the mark of what they belong to.",
            "segments": strip.segments,
            "spoken": .text(strip.spoken),
            "legend": .list(
                kinds.indices.filter { counts[$0] > 0 }.map {
                    ["kind": "m\($0)", "markName": "\(counts[$0]) \(kinds[$0])"]
                }),
            "groups": .list(
                groups.map { group in
                    [
                        "groupName": .text(group.name), "groupNote": .text(count(group.numbers.count, "number")),
                        "lines": .list(group.numbers.map(Self.line)),
                    ]
                }),
        ]
    }

    private static func kind(_ mark: SourceAnnotation) -> Int {
        switch mark {
        case .source: 0
        case .mixed: 1
        case .assumption: 2
        case .none: 3
        }
    }

    private static func line(_ parameter: Parameter, _ value: Double?, _ mark: SourceAnnotation) -> PageValue {
        let origin =
            switch mark {
            case .source(let keys), .mixed(let keys): keys
            case .assumption: "assumption"
            case .none: "not said"
            }
        return [
            "path": .text(parameter.path), "value": .text(value.map { "\($0)" } ?? "–"), "origin": .text(origin),
        ]
    }

    // MARK: Recipe

    var recipePart: PageValue {
        let file = Shell.quoted(scenario.file)
        let seed = request.seed == 1 ? "" : " --seed \(request.seed)"
        // Each of the commands takes what was set, and how users are taken.
        let taken =
            scenario.changes.map { " --set \(Shell.quoted("\($0.path)=\($0.value)"))" }.joined()
            + (scenario.hasForesight ? " --foresight \(scenario.assumption.rawValue)" : "")
        let all = subject.entries.map { "--policy \(Shell.quoted($0.policy.label))" }.joined(separator: " ")
        let first = "--policy \(Shell.quoted(subject.entries[0].policy.label))"
        var commands = ["sim-cli evaluate \(file) \(all)\(taken)", "sim-cli explain \(file) \(first)\(taken)"]
        if let path = largestPrior {
            commands.append(
                "sim-cli boundary \(file) --vary \(Shell.quoted(path)) \(first) --samples 0\(taken) --out boundary")
        }
        commands += [
            "sim-cli frontier \(file) --points \(Self.frontierPoints) --starts \(Self.frontierStarts) --controller last\(seed)\(taken) --out frontier",
            "sim-cli sensitivity \(file) \(first)\(hasAssumptions ? "" : " --parameters all")\(taken) --out sensitivity",
            "sim-cli play \(file) \(first) --episodes \(conversationsEach)\(seed)\(taken) --out conversations",
        ]
        func fact(_ name: String, _ value: String, code: Bool = false) -> PageValue {
            ["fact": .text(name), "is": .text(value), "code": .flag(code)]
        }
        let policies = subject.entries.map { fact("Policy \($0.name), SHA-256", $0.policy.hash, code: true) }
        return [
            "command": .text(request.command), "commands": .texts(commands),
            "facts": .list(
                [
                    fact("Program", "sim-cli \(Release.version)"), fact("Scenario file", scenario.file, code: true),
                    fact("File, SHA-256", scenario.fileHash, code: true),
                    fact("Game, SHA-256", scenario.gameHash, code: true),
                ] + policies + [fact("Seed", "\(request.seed)")]),
        ]
    }
}
