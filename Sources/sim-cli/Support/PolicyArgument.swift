internal import CanonicalJSON
internal import Files
internal import Foundation
internal import GameModel
internal import PolicyFiles
internal import Scenarios

/// A policy as it was named on the command line, ready to be played.
struct NamedPolicy {
    /// As it was named.
    let label: String
    let controller: FiniteMemoryController
    /// μ per constraint of the objective; zeros for a policy that was not solved; nil for one that was solved under other
    /// constraints, whose prices say nothing here.
    let multipliers: [Double]?
    /// τ of a policy that is soft in its own right, whose action values therefore carry the KL term; nil for others.
    let softWeight: Double?
    /// What the policy is, as JSON text: the policy file, or a description of a built-in policy.
    let text: String
    /// SHA-256 of ``text``.
    let hash: String
    /// What the solver said of the policy, or null.
    let solution: JSONValue

    /// Finds a policy that is said in a line, such as `always:RESPONSE`, or a file written by `solve`.
    ///
    /// - Parameter stored: the policy file's text where a store kept it.
    /// - Throws: ``InputError`` saying what is wrong and what to write instead.
    init(_ name: String, scenario: Scenario, stored: String? = nil) throws {
        let game = scenario.game
        label = name
        var (multipliers, solution): ([Double]?, JSONValue) = (scenario.objective.constraints.map { _ in 0 }, .null)
        var softWeight: Double?
        if let scripted = try Self.scripted(name, scenario) {
            controller = scripted
            text = try Self.builtIn(name, strategy: name == "reference" ? scenario.objective.reference : nil)
        } else {
            text =
                try stored
                ?? InputFile.text(name, what: "policy (\(Scenario.scriptedPolicies.joined(separator: ", ")) or a file)")
            do {
                let file = try PolicyFile(reading: text, label: name, game: game, gameHash: scenario.gameHash)
                controller = file.controller
                multipliers = file.prices(of: scenario.objective, game: game)
                solution = file.solution
                softWeight = file.softWeight
            } catch {
                throw InputError("policy \(name) \(error)")
            }
        }
        try ReactionTables.checkSize(game: game, memory: controller.memory)
        self.multipliers = multipliers
        self.solution = solution
        self.softWeight = softWeight
        hash = ContentHash.sha256(text)
    }

    private static func scripted(_ name: String, _ scenario: Scenario) throws -> FiniteMemoryController? {
        do {
            return try scenario.scriptedPolicy(name)
        } catch let error as PolicyNameError {
            throw InputError(error.description)
        }
    }

    /// μ per constraint of the scenario; zeros where the policy's own prices say nothing here.
    func prices(in scenario: Scenario) -> [Double] { multipliers ?? scenario.objective.constraints.map { _ in 0 } }

    /// A built-in policy as JSON text, with the strategy it plays where the scenario defines it.
    private static func builtIn(_ name: String, strategy: [Double]?) throws -> String {
        var members: [String: JSONValue] = [
            "format": .integer(1), "kind": .string("built-in"), "policy": .string(name),
        ]
        if let strategy { members["strategy"] = .numbers(strategy) }
        return try JSONValue.object(members).text()
    }
}

/// How a policy is named, for help texts.
enum PolicyForms {
    static let text =
        "always:RESPONSE, sequence:R1,R2, cues:CUE=R, uniform, reference, or a file written by solve"
}

/// Reading of files that people name.
enum InputFile {
    /// - Throws: ``InputError`` if the file cannot be read as UTF-8.
    static func text(_ path: String, what: String) throws -> String {
        guard let text = String(validating: try bytes(path, what: what), as: UTF8.self) else {
            throw InputError("\(path) cannot be read: it is not UTF-8")
        }
        return text
    }

    /// The bytes of a file, UTF-8 or not.
    ///
    /// - Throws: ``InputError`` if the file cannot be read, or is neither a regular file nor a pipe of this process.
    static func bytes(_ path: String, what: String) throws -> [UInt8] {
        do throws(FileBytes.Failure) {
            return try FileBytes.read(path: path, pipes: true)
        } catch {
            throw InputError(
                error.isMissing ? "\(path): there is no such \(what)" : "\(path) \(error.message)")
        }
    }
}
