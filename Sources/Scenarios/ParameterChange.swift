public import GameModel
public import InputErrors

/// A number of a scenario that was set to another value than its file's: `users.malicious.prior=0.3`.
public struct ParameterChange: Sendable, Equatable {
    /// The number by its path in the file, as ``Parameter`` lists them.
    public let path: String
    /// In the number's own units.
    public let value: Double

    public init(_ path: String, to value: Double) {
        self.path = path
        self.value = value
    }

    /// Reads PATH=VALUE.
    ///
    /// - Throws: `InputError` for a text without `=`, without a path, or whose value is no finite number.
    public init(_ text: String) throws(InputError) {
        guard let sign = text.firstIndex(of: "="), sign > text.startIndex else {
            throw InputError("'\(text)' is no change; write PATH=VALUE, such as users.malicious.prior=0.3")
        }
        let written = text[text.index(after: sign)...]
        guard let value = Double(written), value.isFinite else {
            throw InputError(
                "'\(text)': '\(written)' is no finite number; write PATH=VALUE, such as responses.guide.cost=0.1")
        }
        self.init(String(text[..<sign]), to: value)
    }
}

extension GameInputs {
    /// The parameter with a path.
    ///
    /// - Throws: `InputError` if there is none, with the path that was probably meant.
    public func namedParameter(_ path: String) throws(InputError) -> Parameter {
        do throws(ParameterError) {
            return try parameter(path)
        } catch {
            let hint = Scenario.suggestion(for: path, among: parameters.map(\.path)).map { "did you mean \($0)?" }
            throw InputError(
                "\(error); " + (hint ?? "paths are those of the file, such as users.TYPE.prior or responses.NAME.cost"))
        }
    }
}
