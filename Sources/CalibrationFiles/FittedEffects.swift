package import Calibration
internal import Scenarios

/// Published effects of styles of response, turned into coefficients of features.
package struct FittedEffects: Sendable {
    package let name: String
    package let user: String?
    /// What was rated.
    package let outcome: String
    package let effects: [EffectFit.Effect]
    package let fit: EffectFit
    /// Logits of a reaction per point of the rating, an assumption.
    package let perPoint: [CalibrationMapping.PerPoint]
    /// Satisfaction per point, an assumption; nil for none.
    package let satisfaction: Double?
}

/// Reads a table of published effects and fits what the mapping asks for.
package struct EffectReader {
    private let table: ObservationTable
    private let mapping: CalibrationMapping
    private let columns: CalibrationMapping.Effects
    private let index: [String: Int]

    /// - Throws: ``DataError`` if the table lacks a column, has a value that is none or a style without features;
    ///   ``CalibrationError`` if a model cannot be fitted.
    package static func fit(
        _ table: ObservationTable, _ mapping: CalibrationMapping
    ) throws -> (fitted: [FittedEffects], notes: [String]) {
        guard let columns = mapping.effects else { return ([], []) }
        let reader = EffectReader(
            table: table, mapping: mapping, columns: columns,
            index: try table.positions(
                of: [columns.outcome, columns.style, columns.estimate] + columns.interval, for: mapping))
        let effects = try reader.effects()
        let fitted = try mapping.models.map { try reader.fit($0, effects) }
        let used = Set(fitted.map(\.outcome))
        let notes = effects.keys.sorted().filter { !used.contains($0) }.map {
            "\(columns.outcome) '\($0)': \(effects[$0]?.count ?? 0) rows, used by no model"
        }
        return (fitted, notes)
    }

    private func error(_ row: ObservationTable.Row, _ column: String, _ problem: String) -> DataError {
        let position = index[column].flatMap { row.starts.indices.contains($0) ? row.starts[$0] : nil } ?? 1
        return DataError(table.file, row.line, position, "\(column) \(problem)")
    }

    private func text(_ row: ObservationTable.Row, _ column: String) -> String {
        index[column].map { ObservationTable.trimmed(row.fields[$0]) } ?? ""
    }

    private func number(_ row: ObservationTable.Row, _ column: String) throws(DataError) -> Double {
        let text = text(row, column)
        guard let value = ObservationTable.number(text) else {
            throw error(row, column, ObservationTable.problem(ofNumber: text))
        }
        return value
    }

    /// Effects by what was rated, in the order of the rows.
    private func effects() throws -> [String: [EffectFit.Effect]] {
        guard let reference = mapping.responseFeatures[columns.against] else {
            throw DataError(
                "\(mapping.file): error: features has no entry for '\(columns.against)', which all are compared with")
        }
        var result: [String: [EffectFit.Effect]] = [:]
        var unknown: [String: Int] = [:]
        for row in table.rows {
            let (outcome, style) = (text(row, columns.outcome), text(row, columns.style))
            guard let features = mapping.responseFeatures[style] else {
                unknown[style, default: 0] += 1
                continue
            }
            guard style != columns.against else {
                throw error(
                    row, columns.style, "is '\(style)', which all are compared with; it has no effect of its own")
            }
            guard !(result[outcome] ?? []).contains(where: { $0.name == style }) else {
                throw error(row, columns.style, "is '\(style)' a second time for \(outcome)")
            }
            let estimate = try number(row, columns.estimate)
            let (low, high) = (try number(row, columns.interval[0]), try number(row, columns.interval[1]))
            guard low < high, abs((low + high) / 2 - estimate) <= 0.02 * (high - low) else {
                throw error(
                    row, columns.interval[0],
                    "to \(columns.interval[1]) is \(low) to \(high), which has not \(estimate) in its middle; only "
                        + "symmetric intervals give a standard error")
            }
            result[outcome, default: []].append(
                .init(
                    name: style, estimate: estimate,
                    standardError: try EffectFit.standardError(width: high - low, level: columns.level),
                    contrast: zip(features, reference).map { $0 - $1 }))
        }
        guard unknown.isEmpty else {
            let lines = unknown.sorted { $0.key < $1.key }.map { "  \(columns.style) '\($0.key)': \($0.value) rows" }
            throw DataError(
                "\(table.file): error: has styles that \(mapping.file) gives no features:\n"
                    + lines.joined(separator: "\n"))
        }
        return result
    }

    private func fit(
        _ model: CalibrationMapping.Model, _ effects: [String: [EffectFit.Effect]]
    ) throws(CalibrationError) -> FittedEffects {
        let outcome = model.outcome ?? ""
        guard let own = effects[outcome] else {
            throw CalibrationError(
                "models.\(model.name).outcome",
                "is '\(outcome)', which is not in the data; there are \(effects.keys.sorted().joined(separator: ", "))")
        }
        do throws(CalibrationError) {
            let fit = try EffectFit(own, features: mapping.features, correlation: columns.correlation)
            return FittedEffects(
                name: model.name, user: model.user, outcome: outcome, effects: own, fit: fit, perPoint: model.perPoint,
                satisfaction: model.satisfaction)
        } catch {
            throw CalibrationError("models.\(model.name): \(error.place)", error.problem)
        }
    }
}
