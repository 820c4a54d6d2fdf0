package import Calibration
internal import Output

/// The confusion matrices of all files, in the names of a mapping.
package struct MisreadLabels: Sendable {
    package private(set) var misreading = Misreading()
    /// What of the files was not used, and what was taken for certain.
    package private(set) var notes: [String] = []
    /// Columns of the data whose labels may be wrong, with what they are.
    private(set) var columns: [String: String] = [:]

    /// Fewer texts of a true name than this say too little about what it is taken for; ± 0.18 at a share of one half.
    static let fewTexts = 30.0

    /// - Throws: `DataError` for a matrix that is none, that names what the mapping does not have, or that stands twice.
    package init(_ files: [ConfusionFile], _ mapping: CalibrationMapping) throws(DataError) {
        for file in files {
            for part in file.parts { try add(part, file.file, mapping) }
        }
        misreading.responseFeatures =
            misreading.responses == nil || !mapping.featureColumns.isEmpty
            ? [] : (mapping.response?.names ?? []).map { mapping.responseFeatures[$0] ?? [] }
        // Labels that are never wrong are read as they are, by the same arithmetic as without a matrix.
        if misreading.states?.isIdentity == true { misreading.states = nil }
        if misreading.responses?.isIdentity == true { misreading.responses = nil }
        if misreading.reactions?.isIdentity == true { misreading.reactions = nil }
    }

    private enum Kind: String {
        case states, responses, reactions
    }

    private mutating func add(
        _ part: ConfusionFile.Part, _ file: String, _ mapping: CalibrationMapping
    ) throws(DataError) {
        guard let kind = try kind(part, file, mapping) else { return }
        let (source, names) = Self.source(kind, mapping)
        if names.isEmpty {
            notes.append("\(file): the mapping has no \(kind.rawValue), so this matrix is not used")
            return
        }
        let isTaken = [
            Kind.states: misreading.states, .responses: misreading.responses, .reactions: misreading.reactions,
        ]
        guard isTaken[kind] == .some(nil) else {
            throw DataError("\(file): error: is a second matrix of \(kind.rawValue); each may have one")
        }
        let matrix: ConfusionMatrix
        do throws(CalibrationError) {
            let renamed = Self.renamed(part, source, names)
            matrix = try
                (renamed.isCounted
                ? ConfusionMatrix(names: renamed.names, counts: renamed.values)
                : ConfusionMatrix(names: renamed.names, shares: renamed.values)).reordered(to: names)
        } catch { throw DataError("\(file): error: \(kind.rawValue): \(error)") }
        if let texts = matrix.texts {
            for (name, count) in zip(names, texts) where count < Self.fewTexts {
                notes.append(
                    "\(file): \(Format.count(Int(count))) texts of '\(name)' say little about what it is taken for")
            }
        } else {
            notes.append("\(file): has no counts, so its shares are taken for certain")
        }
        if let column = source?.column { columns[column] = kind.rawValue }
        switch kind {
        case .states: misreading.states = matrix
        case .responses: misreading.responses = matrix
        case .reactions: misreading.reactions = matrix
        }
    }

    /// What a matrix is about: what its file says, or the only kind that has its names.
    private mutating func kind(
        _ part: ConfusionFile.Part, _ file: String, _ mapping: CalibrationMapping
    ) throws(DataError) -> Kind? {
        switch part.member {
        case .response: return .responses
        case .reaction: return .reactions
        case .state: return .states
        case .cue:
            guard Set(part.names) == Set(mapping.states) else {
                notes.append("\(file): the cues are not the states of the mapping, so their matrix is not used")
                return nil
            }
            return .states
        case nil: break
        }
        let fitting = [Kind.states, .responses, .reactions].filter { kind in
            Set(Self.source(kind, mapping).names) == Set(part.names)
        }
        guard fitting.count == 1 else {
            let which = fitting.isEmpty ? "neither" : fitting.map(\.rawValue).joined(separator: " and ")
            throw DataError(
                "\(file): error: does not say what it is about, and \(fitting.isEmpty ? "neither states, responses nor reactions of the mapping have its names (\(part.names.joined(separator: ", ")))" : "\(which) have its names"); a column "
                    + "'member' beside truth, given and count says response, reaction or state")
        }
        return fitting[0]
    }

    private static func source(
        _ kind: Kind, _ mapping: CalibrationMapping
    ) -> (source: CalibrationMapping.Source?, names: [String]) {
        switch kind {
        case .states:
            if case .source(let source) = mapping.before { return (source, mapping.states) }
            return (mapping.after, mapping.states)
        case .responses: return (mapping.response, mapping.response?.names ?? [])
        case .reactions: return (mapping.reaction, mapping.reaction?.names ?? [])
        }
    }

    /// Counts in the names of the mapping: labels that it gives one name are counted together, and labels that it leaves out are left out,
    /// as they are of the data.
    private static func renamed(
        _ part: ConfusionFile.Part, _ source: CalibrationMapping.Source?, _ names: [String]
    ) -> ConfusionFile.Part {
        guard part.isCounted, case .labels(let labels) = source?.meaning else { return part }
        let meanings = part.names.map { name -> String? in
            if names.contains(name) { return name }
            return ObservationReader.meaning(of: name, in: labels) ?? name
        }
        var result = part
        result.names = FittedYAML.unique(meanings.compactMap(\.self))
        result.values = result.names.map { truth in
            result.names.map { given in
                var sum = 0.0
                for (i, row) in part.values.enumerated() where meanings[i] == truth {
                    for (j, value) in row.enumerated() where meanings[j] == given { sum += value }
                }
                return sum
            }
        }
        return result
    }
}
