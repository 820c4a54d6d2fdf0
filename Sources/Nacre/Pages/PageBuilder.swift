internal import GameModel
internal import InputErrors
internal import NumericalMethods
internal import Output
internal import Pages
internal import Scenarios

/// Puts a page together, part by part, each within its time.
struct PageBuilder {
    /// A part that was made.
    struct Made {
        let value: PageValue
        /// Whether its time ran out before all of it was done.
        var isUnfinished = false
    }

    /// Why a part cannot be made of this scenario: no fault of anybody's.
    struct Unsuited: Error {
        let reason: String

        init(_ reason: String) { self.reason = reason }
    }

    let request: PageRequest
    let subject: PageSubject
    let control: RunControl
    let stored: StoredRuns

    var scenario: Scenario { subject.scenario }
    var game: Game { subject.game }

    /// A part's own control: stopped as the whole is, and when its time is over.
    var partControl: RunControl {
        RunControl(
            within: .seconds(request.seconds), memoryMebibytes: control.memoryMebibytes, threads: control.threads,
            stop: control.stop, note: control.note)
    }

    /// What a part's note says that was not finished.
    func stopped(_ what: String) -> String {
        "Not complete: the time of this part (\(Format.number(request.seconds, 0)) s) was over, or the work was stopped, \(what)."
    }

    func report() throws -> PageReport {
        var members: [String: PageValue] = [:]
        var (parts, absent, unfinished): ([PagePart], [String], [PagePart]) = ([], [], [])
        for (index, part) in PagePart.allCases.enumerated() {
            control.progress(RunProgress(steps: index, of: PagePart.allCases.count))
            members[part.rawValue] = .nothing
            if request.without.contains(part) {
                absent.append("\(part.heading): left out as asked.")
                continue
            }
            do {
                guard let made = try make(part) else { continue }
                members[part.rawValue] = made.value
                parts.append(part)
                if made.isUnfinished { unfinished.append(part) }
            } catch let unsuited as Unsuited {
                absent.append("\(part.heading): \(unsuited.reason)")
            } catch is InterruptedError {
                // The parts that are there are kept.
                absent.append("\(part.heading): the work was stopped before anything of it was known.")
                unfinished.append(part)
            } catch let problem as any InputProblem where ![.suites, .runs].contains(part) {
                absent.append("\(part.heading): \(problem)")
            }
        }
        for (name, value) in head(parts, absent: absent) { members[name] = value }
        return PageReport(
            html: try ReportPage.html(title: scenario.title, .record(members)), parts: parts, absent: absent,
            unfinished: unfinished, scenario: scenario, policies: subject.entries.map(\.policy.label))
    }

    /// - Returns: nil where there is nothing to be said.
    private func make(_ part: PagePart) throws -> Made? {
        switch part {
        case .scenario: Made(value: scenarioPart)
        case .outcomes: Made(value: outcomesPart)
        case .mix: try mixPart()
        case .comparison: try comparisonPart()
        case .answers: try answersPart()
        case .limits: limitsPart()
        case .frontier: try frontierPart()
        case .boundary: try boundaryPart()
        case .sensitivity: try sensitivityPart()
        case .suites: try suitesPart()
        case .runs: try runsPart()
        case .sources: Made(value: sourcesPart)
        case .conversations: try conversationsPart()
        case .recipe: Made(value: recipePart)
        }
    }

    // MARK: Head

    /// What stands before the parts.
    private func head(_ parts: [PagePart], absent: [String]) -> [String: PageValue] {
        var contents: [PageValue] = [["anchor": "glance", "heading": "At a glance"]]
        for part in parts {
            if part == .suites {
                contents += stored.suites.map {
                    ["anchor": "suite-\($0.details.summary.id)", "heading": "Suite, run \($0.details.summary.id)"]
                }
            } else {
                contents.append(["anchor": .text(part.rawValue), "heading": .text(part.heading)])
            }
        }
        return [
            "name": .text(scenario.name), "title": .text(scenario.title),
            "description": .text(ifPresent: scenario.titles.description), "lead": .text(lead),
            "notes": .texts(notes), "contents": .list(contents), "version": .text(Release.version),
            "policies": .list(subject.entries.map(glance)),
            "absent": absent.isEmpty ? nil : ["parts": .texts(absent)],
        ]
    }

    /// What came out, in sentences.
    private var lead: String {
        subject.entries.map { entry in
            let limits =
                switch scenario.verdict(entry.evaluation) {
                case .satisfied: " and keeps the limits"
                case .violated: " and breaks a limit"
                case .none, .open: ""
                }
            return
                "Policy \(entry.policy.label) ends safely in \(subject.percent(entry.evaluation.safe)) of conversations, "
                + "is worth \(subject.payoff(entry.evaluation.payoff)) each\(limits)."
        }.joined(separator: " ")
    }

    /// What a reader must know before anything else.
    private var notes: [String] {
        var notes = scenario.warnings.map { "The scenario was read with a warning: \($0.path) \($0.message)" }
        if let taken = scenario.assumptionSentence { notes.append(taken) }
        for entry in subject.entries {
            if case .edited(let reason) = entry.policy.standing {
                notes.append("The policy file \(entry.policy.label) was edited after it was solved: \(reason)")
            }
            if let origin = entry.policy.foreignOrigin {
                notes.append("Policy \(entry.policy.label) was solved for another game: \(origin).")
            }
        }
        return notes
    }

    private func glance(_ entry: PageSubject.Entry) -> PageValue {
        let verdict = subject.verdict(entry.evaluation)
        let strip = strip(totals(entry.evaluation))
        return [
            "segments": strip.segments, "spoken": .text(strip.spoken),
            "letter": .text(entry.letter), "label": .text(entry.policy.label), "words": .text(ifPresent: words(entry)),
            "payoff": .text(subject.payoff(entry.evaluation.payoff)),
            "safe": .text(subject.percent(entry.evaluation.safe)),
            "turns": .text(Format.fixed(entry.evaluation.turns, 2)), "verdict": .text(verdict.words),
            "verdictClass": .text(verdict.style),
        ]
    }

    /// What kind of policy it is.
    private func words(_ entry: PageSubject.Entry) -> String? {
        let solution = entry.policy.solution
        guard case .object(let members) = solution else {
            return entry.policy.label == "reference" ? "What the model does today, as the scenario says." : nil
        }
        let found = ["method", "status"].compactMap { name in
            members[name]?.stringValue.map { "\(name) \($0)" }
        }
        return found.isEmpty ? nil : "A policy that was solved for: \(found.joined(separator: ", "))."
    }
}
