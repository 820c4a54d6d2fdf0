internal import InputErrors
package import Output
package import Scenarios

extension ParameterChange {
    /// As `--set` takes it; what reads it back is the same number.
    package var text: String { "\(path)=\(value)" }

    package var json: JSONValue { .object(["path": .string(path), "value": .number(value)]) }

    /// How many changes a request may carry: as many as a large scenario has numbers.
    package static let most = 4096

    /// Reads the list of a request; the order is kept, since it counts.
    ///
    /// - Throws: `InputError` for what is no such list.
    package static func list(_ value: JSONValue?) throws -> [ParameterChange] {
        guard let value else { return [] }
        guard let items = value.arrayValue else { throw InputError("set is no list of changes") }
        guard items.count <= most else { throw InputError("set has \(items.count) changes; it may have \(most)") }
        return try items.map { item in
            guard let path = item["path"]?.stringValue, let number = item["value"]?.doubleValue else {
                throw InputError("a change needs a path, a text, and a value, a number")
            }
            return ParameterChange(path, to: number)
        }
    }
}
