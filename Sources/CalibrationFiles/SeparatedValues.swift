internal import Output

/// Observations as a table of separated values: RFC 4180, with LF, CRLF or CR, and the separator that the header has.
enum SeparatedValues {
    /// The separators that there are, the likeliest first.
    private static let separators: [(scalar: Unicode.Scalar, name: String)] = [
        (",", "','"), (";", "';'"), ("\t", "tabs"), ("|", "'|'"),
    ]

    static func table(_ text: String, file: String, hash: String) throws(DataError) -> ObservationTable {
        var scalars = Array(text.unicodeScalars)
        if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        let (separator, records) = try records(scalars, file)
        guard let header = records.first else { throw DataError(file, 1, 1, "is empty; it must have a header") }
        var columns = header.fields.map(ObservationTable.trimmed)
        while columns.count > 1, columns.last == "" { columns.removeLast() }
        let width = columns.count
        var (rows, blank) = ([ObservationTable.Row](), 0)
        for var row in records.dropFirst() {
            if row.fields.allSatisfy({ ObservationTable.trimmed($0).isEmpty }) {
                blank += 1
                continue
            }
            guard fits(row, width) else {
                let hint =
                    row.fields.count > width
                    ? ". A field that holds the separator, a decimal comma for instance, needs quotes" : ""
                throw DataError(
                    file, row.line, 1,
                    "has \(row.fields.count) fields; it must have \(width), as the header has\(hint)")
            }
            row.fields.removeLast(row.fields.count - width)
            rows.append(row)
        }
        var notes = separator == "," ? [] : ["fields are separated by \(name(of: separator))"]
        if blank > 0 { notes.append("\(blank) rows with nothing in them, left out") }
        return ObservationTable(file: file, columns: columns, rows: rows, hash: hash, notes: notes)
    }

    private static func name(of separator: Unicode.Scalar) -> String {
        separators.first { $0.scalar == separator }?.name ?? "'\(separator)'"
    }

    /// Whether a row has the fields of the header, and none beyond them but empty ones.
    private static func fits(_ row: ObservationTable.Row, _ width: Int) -> Bool {
        row.fields.count >= width
            && row.fields.dropFirst(width).allSatisfy { ObservationTable.trimmed($0).isEmpty }
    }

    /// The records under the separator that the header has. Where it has several, it is the most frequent one that gives all
    /// rows as many fields as the header.
    private static func records(
        _ text: [Unicode.Scalar], _ file: String
    ) throws(DataError) -> (Unicode.Scalar, [ObservationTable.Row]) {
        if let (declared, start) = declaration(text) {
            var parser = CSVParser(text: text, from: start, file: file, separator: declared)
            return (declared, try parser.records())
        }
        let counts = headerCounts(text)
        let candidates = separators.indices.filter { counts[$0] > 0 }.sorted { (-counts[$0], $0) < (-counts[$1], $1) }
            .map { separators[$0].scalar }
        if candidates.count > 1 {
            for candidate in candidates {
                var parser = CSVParser(text: text, from: 0, file: file, separator: candidate)
                guard let records = try? parser.records(), let width = records.first?.fields.count else { continue }
                let rows = records.filter { !$0.fields.allSatisfy { ObservationTable.trimmed($0).isEmpty } }
                if rows.allSatisfy({ $0.fields.count == width }) { return (candidate, records) }
            }
        }
        let chosen = candidates.first ?? ","
        var parser = CSVParser(text: text, from: 0, file: file, separator: chosen)
        return (chosen, try parser.records())
    }

    /// A first line `sep=;`, as spreadsheets write it, and where the next one begins.
    private static func declaration(_ text: [Unicode.Scalar]) -> (Unicode.Scalar, Int)? {
        guard text.count > 5, text.starts(with: "sep=".unicodeScalars), "\r\n".unicodeScalars.contains(text[5]) else {
            return nil
        }
        let isPair = text[5] == "\r" && text.count > 6 && text[6] == "\n"
        return (text[4], isPair ? 7 : 6)
    }

    /// How often each separator stands outside quotes in the header.
    private static func headerCounts(_ text: [Unicode.Scalar]) -> [Int] {
        var (counts, isQuoted, isStarted) = (separators.map { _ in 0 }, false, false)
        for scalar in text {
            if scalar == "\"" { isQuoted.toggle() }
            if !isQuoted, scalar == "\n" || scalar == "\r" {
                if isStarted { break }
                continue
            }
            isStarted = true
            guard !isQuoted, let index = separators.firstIndex(where: { $0.scalar == scalar }) else { continue }
            counts[index] += 1
        }
        return counts
    }
}

/// Cuts a text into records of fields.
private struct CSVParser {
    let text: [Unicode.Scalar]
    let file: String
    let separator: Unicode.Scalar
    private var position: Int
    private var line: Int
    private var lineStart: Int

    /// - Parameter start: where the header begins: 0, or after one line that says the separator.
    init(text: [Unicode.Scalar], from start: Int, file: String, separator: Unicode.Scalar) {
        self.text = text
        self.file = file
        self.separator = separator
        position = start
        line = start == 0 ? 1 : 2
        lineStart = start
    }

    mutating func records() throws(DataError) -> [ObservationTable.Row] {
        var rows: [ObservationTable.Row] = []
        while position < text.count {
            let start = line
            var fields: [String] = []
            var starts: [Int] = []
            repeat {
                starts.append(position - lineStart + 1)
                fields.append(try field())
            } while take(separator)
            if position < text.count, !takeLineEnd() {
                throw DataError(
                    file, line, position - lineStart + 1,
                    "has text after a quoted field; \(separator == "," ? "a comma" : "a separator") or a line end was needed"
                )
            }
            if fields != [""] { rows.append(.init(line: start, fields: fields, starts: starts)) }
        }
        return rows
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard position < text.count, text[position] == scalar else { return false }
        position += 1
        return true
    }

    private mutating func takeLineEnd() -> Bool {
        let isReturn = take("\r")
        guard take("\n") || isReturn else { return false }
        line += 1
        lineStart = position
        return true
    }

    private var isSpace: Bool {
        position < text.count && (text[position] == " " || text[position] == "\t") && text[position] != separator
    }

    private mutating func field() throws(DataError) -> String {
        let start = position
        while isSpace { position += 1 }
        if take("\"") {
            let value = try quoted()
            while isSpace { position += 1 }
            return value
        }
        position = start
        var value = String.UnicodeScalarView()
        while position < text.count, text[position] != separator, text[position] != "\r", text[position] != "\n" {
            value.append(text[position])
            position += 1
        }
        return String(value)
    }

    /// The rest of a field whose opening quote is behind.
    private mutating func quoted() throws(DataError) -> String {
        var value = String.UnicodeScalarView()
        let (startLine, startColumn) = (line, position - lineStart)
        while position < text.count {
            let scalar = text[position]
            position += 1
            if scalar == "\"", !take("\"") { return String(value) }
            let isPair = scalar == "\r" && position < text.count && text[position] == "\n"
            if scalar == "\n" || scalar == "\r" && !isPair {
                line += 1
                lineStart = position
            }
            value.append(scalar)
        }
        throw DataError(file, startLine, startColumn, "begins a quoted field that never ends")
    }
}
