internal import Output

/// What can be wrong with the columns of a row, whatever its form.
struct ColumnAudit {
    /// Names of user types that no row may tell; empty where they aren't known.
    let users: Set<String>

    /// Columns that mean something else to a trainer of preference pairs.
    private static let reserved = ["chat_template_kwargs", "completion", "images", "label", "messages"]
    /// Columns that tell the hidden type by their name.
    private static let telling: Set<String> = ["hidden_state", "hidden_type", "theta", "user_type"]

    func faults(_ row: [String: JSONValue], _ form: RowForm.Columns) -> [AuditFault] {
        var faults = form.isPaired ? columns(row, form) : []
        for name in row.keys.sorted() {
            guard let value = row[name] else { continue }
            if case .number(let number) = value, number.isFinite, number.rounded() == number, abs(number) > 0x1p53 {
                faults.append(
                    .error(
                        .inexactNumber, name, "\(name) is \(number), too large for an exact number",
                        "readers round it; write it as a text"))
            }
            let text = value.stringValue ?? ""
            guard Self.telling.contains(name) || users.contains(name) || users.contains(text) else { continue }
            faults.append(
                .error(
                    .tellingColumn, name, "the column \(name) tells the hidden user type",
                    "what is trained on it is not known in use"))
        }
        return faults
    }

    private func columns(_ row: [String: JSONValue], _ form: RowForm.Columns) -> [AuditFault] {
        var faults = Self.reserved.compactMap { name -> AuditFault? in
            guard let value = row[name], !form.required.contains(name), !isMeant(name, value, row) else { return nil }
            return .error(
                .reservedColumn, name, "a column named \(name) in preference pairs",
                "trainers take it for something else, or fail")
        }
        if row["margin"] != nil {
            faults.append(
                .warning(
                    .marginColumn, "", "a column named margin",
                    "reward trainers subtract it inside their loss, asked or not"))
        }
        return faults
    }

    /// Pictures belong to messages that show some, and arguments of a template to a reader of templates.
    private func isMeant(_ name: String, _ value: JSONValue, _ row: [String: JSONValue]) -> Bool {
        guard name == "images", let images = value.arrayValue, !images.isEmpty else { return false }
        let prompt = (row["prompt"] ?? row["conversations"]).flatMap { try? $0.text() } ?? ""
        return prompt.contains("\"image\"") || prompt.contains("<image>")
    }
}
