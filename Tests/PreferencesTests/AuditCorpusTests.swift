import Output
import Preferences
import Testing

/// Sound and broken files in every form: what `check` finds in each, and nothing else.
@Suite struct AuditCorpusTests {
    private func audit(_ text: String) -> DatasetAudit {
        var audit = DatasetAudit()
        audit.add(file: DataFile(name: "a"), bytes: Array(text.utf8))
        return audit
    }

    private func kinds(_ text: String) -> Set<Finding.Kind> { Set(audit(text).findings.map(\.kind)) }

    /// Changes that leave a file sound.
    static let sound: [(name: String, change: @Sendable (Int, inout CorpusForm.Parts) -> Void)] = [
        ("as it is", { _, _ in }),
        (
            "several turns after a system message",
            { index, parts in
                parts.prompt =
                    [CorpusForm.message("system", "Be brief.")] + parts.prompt
                    + [CorpusForm.message("assistant", "Which part of town, \(index)?")]
                    + [CorpusForm.message("user", "The old one.")]
            }
        ),
        (
            "columns of one's own",
            { index, parts in
                parts.more = [
                    "id": .string("r\(index)"), "source": index % 3 == 0 ? .null : .string("web"),
                    "difficulty": index % 2 == 0 ? .integer(1) : .number(0.5),
                ]
            }
        ),
    ]

    @Test(arguments: CorpusForm.all.indices, sound.indices) func soundFilesAreClean(form: Int, change: Int) throws {
        let (form, change) = (CorpusForm.all[form], Self.sound[change])
        let found = audit(try form.text(24, change.change))
        #expect(found.findings.isEmpty, "\(form.name), \(change.name): \(found.findings.map(\.message))")
        #expect(found.rows == 24 && found.files.first?.form?.hasPrefix(form.columns.title) == true)
    }

    /// Changes that break a file, what they are found as, and where they mean something.
    static let broken:
        [(
            kind: Finding.Kind, applies: @Sendable (CorpusForm) -> Bool,
            change: @Sendable (Int, inout CorpusForm.Parts) -> Void
        )] = [
            (
                .identical, { $0.isPaired || $0.columns == .candidates },
                { index, parts in
                    if index == 7 { parts.bad = parts.good }
                }
            ),
            (.nearlyIdentical, { $0.isPaired }, { index, parts in if index == 7 { parts.bad = parts.good + "  " } }),
            (
                .nearlyIdentical, { $0.isPaired },
                { index, parts in
                    if index == 7 { (parts.good, parts.bad) = ("Go by train.", "go by train") }
                }
            ),
            (.blankText, { _ in true }, { index, parts in if index == 6 { parts.good = " \n\t" } }),
            (
                .blankText, { $0.hasRoles },
                { index, parts in if index == 5 { parts.prompt = [CorpusForm.message("user", "  ")] } }
            ),
            (
                .unknownRole, { $0.hasRoles },
                { index, parts in
                    if index == 3 { parts.prompt = [CorpusForm.message("robot", "Hello there.")] }
                }
            ),
            (
                .unknownRole, { $0.hasRoles },
                { index, parts in
                    if index == 3 { parts.prompt = [CorpusForm.message("User", "Hello there.")] }
                }
            ),
            (
                .missingRole, { $0.hasRoles },
                { index, parts in
                    if index == 3 { parts.prompt = [.object(["content": .string("Hello there.")])] }
                }
            ),
            (
                .promptEndsInAssistant,
                { $0.hasRoles && ![.messages, .shareGPT, .shareGPTLabelled].contains($0.columns) },
                { index, parts in
                    if index == 3 { parts.prompt.append(CorpusForm.message("assistant", "Let me see.")) }
                }
            ),
            (
                .turns, { $0.hasRoles },
                { index, parts in
                    if index == 3 { parts.prompt.append(CorpusForm.message("user", "Well?")) }
                }
            ),
            (.specialToken, { _ in true }, { index, parts in if index == 8 { parts.good += "<|eot_id|>" } }),
            (
                .specialToken, { _ in true },
                { index, parts in
                    if index == 8 { parts.prompt = [CorpusForm.message("user", "[INST] Hello? [/INST]")] }
                }
            ),
            (
                .placeholder, { $0.columns != .candidates },
                { index, parts in
                    if index == 8 { (parts.good, parts.isGood) = ("[full answer, withheld]", true) }
                }
            ),
            (
                .sameAnswer, { $0.columns != .candidates && $0.name != "unpaired" && $0.name != "sharegpt kto" },
                { _, parts in
                    parts.good = "I would rather not say anything about that subject."
                }
            ),
            (
                .length, { $0.isPaired },
                { _, parts in
                    parts.good = Array(repeating: parts.good, count: 9).joined(separator: " ")
                }
            ),
            (.length, { $0.isPaired }, { index, parts in parts.good = "No, \(index)." }),
            (
                .oneClass, { $0.columns == .unpaired || $0.columns == .shareGPTLabelled },
                { _, parts in parts.isGood = true }
            ),
            (.labelType, { $0.columns == .unpaired }, { _, parts in parts.more["label"] = .string("true") }),
            (.labelType, { $0.columns == .shareGPTLabelled }, { _, parts in parts.more["kto_tag"] = .string("false") }),
            (
                .scoresUpsideDown, { $0.columns == .preference },
                { index, parts in
                    parts.more = ["score_chosen": .number(index == 2 ? 1 : 3), "score_rejected": .number(2)]
                }
            ),
            (
                .scoresTied, { $0.columns == .preference },
                { index, parts in
                    parts.more = ["chosen_rating": .number(index == 2 ? 2 : 3), "rejected_rating": .number(2)]
                }
            ),
            (
                .scoresUpsideDown, { $0.columns == .nemoAligner },
                { index, parts in
                    parts.more = ["chosen_reward": .number(-1)]
                }
            ),
            (
                .bothOrientations, { $0.isPaired },
                { index, parts in
                    guard index % 2 == 1 else { return }
                    let other = CorpusTexts.parts(index - 1)
                    (parts.prompt, parts.good, parts.bad) = (other.prompt, other.bad, other.good)
                }
            ),
            (.repeatedRow, { _ in true }, { index, parts in if index == 9 { parts = CorpusTexts.parts(8 - 8 % 2) } }),
            (
                .nearPrompt, { $0.columns != .text },
                { index, parts in
                    if index == 9 { parts.prompt = [CorpusForm.message("user", CorpusTexts.question(8) + "  ")] }
                }
            ),
            (.tellingColumn, { _ in true }, { _, parts in parts.more = ["user_type": .string("x")] }),
            (.inexactNumber, { _ in true }, { _, parts in parts.more = ["seed": .number(1e19)] }),
            (
                .mixedColumn, { _ in true },
                { index, parts in
                    parts.more = ["id": index == 4 ? .string("x") : .integer(index)]
                }
            ),
            (
                .promptRepeated,
                { $0.name.hasSuffix("plain") && $0.columns == .preference || $0.columns == .nemoAligner },
                { index, parts in
                    parts.good = CorpusTexts.question(index) + " " + parts.good
                }
            ),
        ]

    @Test(arguments: CorpusForm.all.indices, broken.indices) func brokenFilesAreFound(form: Int, change: Int) throws {
        let (form, change) = (CorpusForm.all[form], Self.broken[change])
        guard change.applies(form) else { return }
        let found = audit(try form.text(24, change.change)).findings.filter { $0.kind == change.kind }
        #expect(found.count == 1, "\(form.name), \(change.kind): \(found.map(\.message))")
    }

    /// A column of the form taken away, or misspelt: in one row, and in all.
    @Test(arguments: CorpusForm.all.indices) func missingColumnsAreFound(form: Int) throws {
        let form = CorpusForm.all[form]
        let rows = try form.text().split(separator: "\n").map { try JSONValue(parsing: String($0)).objectValue ?? [:] }
        for name in rows[0].keys.sorted() where Self.needed.contains(name) {
            for all in [true, false] {
                let text = try rows.enumerated().map { index, row in
                    var row = row
                    if all || index == 11, let value = row.removeValue(forKey: name) {
                        row[String(name.dropLast(2) + name.suffix(1))] = value
                    }
                    return try JSONValue.object(row).text()
                }.joined(separator: "\n")
                let found = audit(text).findings.filter { $0.kind == .unknownForm || $0.kind == .mixedForms }
                #expect(found.count == 1 && found[0].severity == .error, "\(form.name) without \(name)")
                #expect(found.first?.count == (all ? 24 : 1))
                #expect(
                    found.first?.message.contains("did you mean \(name)?") == true || !all, "\(found.map(\.message))")
            }
        }
    }

    private static let needed = ["chosen", "rejected", "completion", "conversations", "messages", "preferred_output"]
}
