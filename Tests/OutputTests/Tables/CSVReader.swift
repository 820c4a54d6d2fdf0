/// A reader of CSV that follows RFC 4180 to the letter: what it cannot read is not CSV.
enum CSVReader {
    struct NotCSV: Error { var reason: String }

    static func records(_ text: String) throws -> [[String]] {
        var records: [[String]] = []
        var record: [String] = []
        var rest = Array(text.unicodeScalars)[...]
        while !rest.isEmpty {
            record.append(try field(&rest))
            if rest.first == "," {
                rest = rest.dropFirst()
                continue
            }
            guard rest.starts(with: ["\r", "\n"] as [Unicode.Scalar]) else {
                throw NotCSV(reason: "a record that does not end in CRLF")
            }
            rest = rest.dropFirst(2)
            records.append(record)
            record = []
        }
        guard record.isEmpty else { throw NotCSV(reason: "a record without an end") }
        return records
    }

    private static func field(_ rest: inout ArraySlice<Unicode.Scalar>) throws -> String {
        var text = String.UnicodeScalarView()
        guard rest.first == "\"" else {
            while let scalar = rest.first, ![",", "\r", "\n"].contains(scalar) {
                guard scalar != "\"" else { throw NotCSV(reason: "a quote in a field without quotes") }
                text.append(rest.removeFirst())
            }
            return String(text)
        }
        rest = rest.dropFirst()
        while let scalar = rest.popFirst() {
            if scalar == "\"" {
                guard rest.first == "\"" else { return String(text) }
                rest = rest.dropFirst()
            }
            text.append(scalar)
        }
        throw NotCSV(reason: "a quoted field without an end")
    }
}
