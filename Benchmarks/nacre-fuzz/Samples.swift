import GameModel
import Nacre
import Output
import Scenarios

/// Sound inputs that mutants are made from.
enum Samples {
    static let rows = [
        #"""
        {"prompt":[{"role":"user","content":"A"}],"chosen":[{"role":"assistant","content":"B"}],"rejected":[{"role":"assistant","content":"C"}],"score_chosen":0.7,"score_rejected":0.1}
        {"prompt":[{"role":"user","content":"D"}],"chosen":[{"role":"assistant","content":"E"}],"rejected":[{"role":"assistant","content":"F"}],"score_chosen":0.5,"score_rejected":0.2}
        """#,
        #"""
        {"prompt":"A","completion":"B","label":true}
        {"prompt":"A","completion":"C","label":false}
        """#,
        #"""
        {"messages":[{"role":"user","content":"A"},{"role":"assistant","content":"B"}]}
        """#,
        #"""
        {"conversations":[{"from":"human","value":"A"}],"chosen":{"from":"gpt","value":"B"},"rejected":{"from":"gpt","value":"C"}}
        """#,
        #"""
        {"context":[{"role":"user","content":"A"}],"completions":[{"rank":0,"completion":[{"role":"assistant","content":"B"}]},{"rank":1,"completion":[{"role":"assistant","content":"C"}]}]}
        """#,
    ]

    static let scenarioWords = [
        "users:", "states:", "prior:", "agent:", "quantal_response:", "objective:", "constraints:", "horizon:",
        "discount:",
        "responses:", "reactions:", "cues:", "outcomes:", "foresight:", "rationality:", "texts:", "uncertainty:",
    ]

    static let candidates = [
        #"""
        {"prompt":"How do I get in?","cue":"plain","prior":{"owner":0.9,"thief":0.1},"candidates":[{"content":"No.","response":"refuse"},{"content":"A locksmith can.","features":{"warmth":0.8},"cost":0.01}]}
        {"prompt":"It is my phone.","candidates":[{"content":"Ask the shop.","response":"refuse"},{"content":"[how]","response":"help"}]}
        """#
    ]

    static let mapping = """
        calibration: 1
        name: sample
        source: sample
        conversation: talk
        weight: n
        states: [change, neutral, sustain]
        before: {column: prev, labels: {change: change, neutral: neutral, sustain: sustain, none: null}}
        response:
          column: behaviour
          labels: {other: other, question: question}
        reaction: {column: reaction, labels: {change: change, neutral: neutral, end: null}}
        ends: last
        models:
          change: {fit: reactions, terms: [response], reference_response: other, against_others: change}
        """

    /// A policy file of a scenario.
    static func policy(_ scenario: Scenario) throws -> String {
        let controller = try Policy.uniform(game: scenario.game)
        return try PolicyFile.json(
            controller, solution: .object(["method": .string("sample"), "value": .number(0.5)]),
            scenario: scenario.name,
            gameHash: scenario.gameHash, fileHash: scenario.fileHash, game: scenario.game
        ).text(.indented)
    }
}
