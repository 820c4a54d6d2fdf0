internal import Output

/// Where the names of a game stand in a list of a policy file, whose columns are in the list's order.
struct NameOrder: Equatable {
    /// Per name of the game, in the game's order, its place in the file.
    let places: [Int]
    /// Whether the file has the game's own order.
    let isSame: Bool

    /// Compares a list with the game's names: each must be there once, in whatever order.
    ///
    /// - Parameters:
    ///   - key: the list's key in the file.
    ///   - noun: what is named, in the singular.
    /// - Throws: ``PolicyFileError`` naming what is missing, unknown or there twice.
    /// - Complexity: O(names).
    init(_ list: JSONValue?, of names: [String], key: String, noun: String) throws(PolicyFileError) {
        guard let values = list?.arrayValue else {
            throw PolicyFileError("lacks \(key); it must name every \(noun) of the game, in the order of its columns")
        }
        var found: [String: Int] = [:]
        for (place, value) in values.enumerated() {
            guard let name = value.stringValue, names.contains(name) else {
                let said = value.stringValue.map { "the \(noun) \($0)" } ?? "a \(noun) that is no text"
                throw PolicyFileError(
                    "names \(said) in \(key), which the game does not have; it has \(names.joined(separator: ", "))")
            }
            guard found.updateValue(place, forKey: name) == nil else {
                throw PolicyFileError("names the \(noun) \(name) twice in \(key); each must be there once")
            }
        }
        var places: [Int] = []
        for name in names {
            guard let place = found[name] else {
                throw PolicyFileError(
                    "does not name the \(noun) \(name) in \(key); every one of the game must be there")
            }
            places.append(place)
        }
        self.places = places
        isSame = places == Array(names.indices)
    }

    /// A row of the file in the game's order.
    ///
    /// - Parameter row: one entry per name.
    func sorted<Element>(_ row: [Element]) -> [Element] { isSame ? row : places.map { row[$0] } }
}
