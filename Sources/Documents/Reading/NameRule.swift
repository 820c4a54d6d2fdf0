/// What the author may call things.
///
/// Names end up as keys of JSON, values of CSV and arguments such as `always:NAME`, so they are plain: a lower-case letter,
/// then lower-case letters, digits, `_` or `-`, at most ``DocumentLimits/nameLength`` characters. Words that some YAML readers
/// take for booleans or null are refused, because other tools would read the file differently.
package enum NameRule {
    /// Words with a meaning of their own in linear predictors.
    package static let reserved = ["bias", "turn", "inertia"]

    /// What is wrong with a name, or nil.
    package static func problem(with name: String, reserved: [String] = []) -> String? {
        let characters = Array(name.utf8)
        guard let first = characters.first else { return "is empty; a name must have at least one letter" }
        let shown = NodeReader.excerpt(name)
        guard characters.count <= DocumentLimits.nameLength else {
            return "has the name '\(shown)' of \(characters.count) characters; "
                + "at most \(DocumentLimits.nameLength) are allowed"
        }
        let isPlain = characters.allSatisfy { byte in
            (0x61...0x7A ~= byte) || (0x30...0x39 ~= byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
        guard isPlain, 0x61...0x7A ~= first else {
            return "has the name '\(shown)'; "
                + "a name must be of lower-case letters, digits, '_' and '-', and begin with a letter"
        }
        if ScalarValue.oldBooleans.contains(name) || ["true", "false", "null"].contains(name) {
            return "has the name '\(name)', which YAML readers take for a truth value or null; choose another"
        }
        if reserved.contains(name) {
            return "has the name '\(name)', which is reserved in predictors; choose another"
        }
        return nil
    }
}
