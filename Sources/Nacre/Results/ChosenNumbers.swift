internal import Analysis
package import GameModel
internal import InputErrors
package import Scenarios

extension Scenario {
    /// Numbers of the scenario by their paths or groups: `all`, `uncertain` or `assumptions`; each once, in the order they were asked for.
    ///
    /// - Throws: `InputError` for a name that is neither.
    package func numbers(_ names: [String], inputs: GameInputs) throws -> [Parameter] {
        let (marks, errors) = (marks, standardErrors)
        var list: [Parameter] = []
        for name in names {
            switch name {
            case "all": list += inputs.parameters
            case "uncertain": list += inputs.parameters.filter { errors[$0.path] != nil }
            case "assumptions":
                list += inputs.parameters.filter {
                    switch marks[$0.path] {
                    case .assumption, .mixed: true
                    case .source, .none: false
                    }
                }
            default: list.append(try Self.number(name, inputs: inputs))
            }
        }
        var seen: Set<Parameter> = []
        return list.filter { seen.insert($0).inserted }
    }

    /// A number by its path; a word without dots is taken for a misspelt group.
    private static func number(_ name: String, inputs: GameInputs) throws -> Parameter {
        if !name.contains("."), name != "discount",
            let group = suggestion(for: name, among: ["assumptions", "uncertain", "all", "discount"])
        {
            throw InputError("--parameters \(name): did you mean \(group)?")
        }
        return try VariedNumber.parameter(name, inputs: inputs)
    }
}
