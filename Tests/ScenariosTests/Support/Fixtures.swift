import Documents
import Foundation
import GameModel
import Scenarios

/// Files and texts that several suites use.
enum Fixtures {
    /// The package's folder.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The files of a folder of the package with an ending, sorted.
    static func files(in folder: String, ending: String) -> [URL] {
        let all = try? FileManager.default.contentsOfDirectory(
            at: root.appending(path: folder), includingPropertiesForKeys: nil)
        return (all ?? []).filter { $0.lastPathComponent.hasSuffix(ending) }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
    }

    /// What all diagnostics of a text render to; empty if the text is read.
    static func errors(of text: String) -> String {
        do throws(DocumentError) {
            _ = try Scenario.parse(text, file: "a.yaml")
            return ""
        } catch {
            return error.description
        }
    }

    /// The messages of a text's errors, with their paths.
    static func messages(of text: String) -> [String] {
        do throws(DocumentError) {
            _ = try Scenario.parse(text, file: "a.yaml")
            return []
        } catch {
            return error.diagnostics.filter { $0.severity == .error }.map { "\($0.path) \($0.message)" }
        }
    }

    /// A scenario with neither states nor cues, where whatever can be left out is.
    static let smallest = """
        format: 1
        name: smallest
        horizon: 2
        opening: [{role: user, content: "Hello?"}]
        responses:
          answer: {texts: ["Hello."]}
        outcomes:
          over: {safe: true, timeout: true}
        reactions:
          ask: {texts: ["And then?"]}
        users:
          anyone: {prior: 1, utility: {}}

        """

    /// A scenario with everything that the format knows.
    static let full = """
        # Everything.
        format: 1
        name: full
        title: "All of it"
        description: A scenario for tests.
        opening:
          plain: [{role: system, content: Be kind.}, {role: user, content: "Is it safe?"}]
          upset: [{role: user, content: "Please, is it safe?"}]
        horizon: 5
        discount: 0.95
        features: {empathy: is kind, firmness: }
        responses:
          refuse: {title: Refuse, features: {firmness: 1.0}, texts: ["No.", "I can't."]}
          guide:
            features: {empathy: 0.8, firmness: 0.30000000000000004}
            cost: 0.1
            texts: {plain: ["Here is how."], upset: ["I'm here."]}
        outcomes:
          helped: {safe: true, title: Helped}
          harmed: {safe: false}
          over: {safe: true, timeout: true}
        states: [calm, strained, crisis]
        cues: [plain, upset]
        reactions:
          thank: {ends: helped, texts: [Thanks.]}
          ask: {texts: {plain: [More?], upset: ["Please, more?"]}}
          feign: {shows_as: ask}
          harm: {ends: harmed, texts: [Too late.]}
        users:
          benign:
            title: Honest
            prior: 0.7
            initial: {calm: 0.9, strained: 0.1}
            rationality: 1.25
            foresight: 0.0
            payoff: {helped: 1.0, harmed: -1.0}
            exposure: {firmness: -0.01}
            cues: {plain: 0.8, upset: 0.2}
            utility:
              thank: {bias: -1, empathy: 2.0, strained: -0.5, turn: 0.1}
              feign: null
            move: {bias: -0.5, empathy: -1.5, crisis: 0.25, ask: 0.125, inertia: 1.0}
          careful:
            prior: 0.2
            initial: {crisis: 1}
            cues: {calm: {plain: 1}, strained: {plain: 0.5, upset: 0.5}, crisis: {upset: 1.0}}
            table:
              refuse: {thank: 0.25, ask: 0.5, harm: 0.25}
              guide: {thank: 0.75, ask: 0.25, harm: null}
            move:
              table:
                calm: {calm: 0.5, strained: 0.5}
                strained: {refuse: {crisis: 1.0}, guide: {calm: 0.25, strained: 0.75}}
                crisis: {crisis: 1}
          malicious:
            prior: 0.1
            initial: {calm: 1.0}
            cues: {plain: 1.0}
            table:
              calm: {refuse: {feign: 1}, guide: {feign: 0.5, harm: 0.5}}
              strained: {refuse: {ask: 1}, guide: {harm: 1}}
              crisis: {refuse: {thank: 1}, guide: {harm: 1}}
        objective:
          maximise: safe_outcomes
          reference: {refuse: 0.6, guide: 0.4}
          kl_weight: 0.5
          constraints: [{user: malicious, outcome: harmed, at_most: 0.05}]

        """
}
