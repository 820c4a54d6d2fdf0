internal import Output

/// Names as identifiers of other languages: letters, digits and underscores, beginning with a letter, each once.
package enum SafeNames {
    /// - Parameters:
    ///   - names: any texts.
    ///   - prefix: letters that every identifier begins with, which also keeps it apart from the language's own words.
    /// - Returns: one identifier per name, in the same order. Other characters become `_`, and a name that would come a
    ///   second time gets a number.
    package static func identifiers(_ names: [String], prefix: String) -> [String] {
        var taken: Set<String> = []
        return names.map { name in
            let plain = prefix + String(name.map { isPlain($0) ? $0 : "_" })
            var candidate = plain
            var number = 2
            while !taken.insert(candidate).inserted {
                candidate = "\(plain)_\(number)"
                number += 1
            }
            return candidate
        }
    }

    /// A text inside quotation marks: without quotation marks and backslashes, and on one line.
    static func quoted(_ text: String) -> String {
        "\"\(String(line(text).map { $0 == "\"" || $0 == "\\" ? " " : $0 }))\""
    }

    /// A text inside a comment of one line.
    static func line(_ text: String) -> String { Escaped.line(text) }

    private static func isPlain(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "_")
    }
}
