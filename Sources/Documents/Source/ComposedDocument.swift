package import Yams

/// A YAML text as a tree of nodes, checked for cost before it is built.
package struct ComposedDocument {
    package let root: Node
    /// Positions of keys that their mapping already had, with the line of the first; their names are blotted out.
    package let duplicates: [SourcePosition: Int]

    /// With more repeated keys than this the file is not composed.
    private static let mostDuplicates = 1000

    /// What to say about a repeated key.
    package static func duplicate(firstLine: Int) -> String {
        "is given twice, first at line \(firstLine); keys must be unique"
    }

    /// Composes the only document of a text.
    ///
    /// - Returns: nil if that is not possible; the sink then has an error.
    ///
    /// - Parameter what: what an empty text should have been.
    package init?(_ sink: DiagnosticSink, what: String = "a scenario") {
        let bytes = sink.source.bytes
        var scanner = YAMLScanner(bytes)
        scanner.scan()
        for finding in scanner.findings { sink.error(finding.message, at: finding.span) }
        guard !scanner.findings.contains(where: \.isFatal) else { return nil }

        guard scanner.duplicates.count <= Self.mostDuplicates else {
            for key in scanner.duplicates {
                sink.error(Self.duplicate(firstLine: key.firstLine), at: SourceSpan(position: key.position, length: 1))
            }
            return nil
        }
        var duplicates: [SourcePosition: Int] = [:]
        for key in scanner.duplicates { duplicates[key.position] = key.firstLine }
        self.duplicates = duplicates
        let text = Self.blot(scanner.duplicates, in: bytes)
        do {
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            guard let root = try parser.singleRoot() else {
                sink.error("is empty; it must be \(what)", at: nil)
                return nil
            }
            self.root = root
        } catch let error as YamlError {
            SyntaxProblem(error).report(to: sink)
            return nil
        } catch {
            sink.error("cannot be parsed: \(error)", at: nil)
            return nil
        }
    }

    /// Replaces the characters of repeated keys by as many from the private use area, so that all keys of a mapping differ
    /// and no column moves.
    private static func blot(_ keys: [YAMLScanner.DuplicateKey], in bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var index = 0
        for (number, key) in keys.enumerated() {
            output += bytes[index..<key.range.lowerBound]
            var mark = String.UnicodeScalarView()
            let length = bytes[key.range].count { $0 & 0xC0 != 0x80 }
            for _ in 0..<length { mark.append(Unicode.Scalar(0xF0000 + UInt32(number)) ?? "?") }
            output += Array(String(mark).utf8)
            index = key.range.upperBound
        }
        output += bytes[index...]
        return String(decoding: output, as: UTF8.self)
    }
}
