package import Documents
internal import GameModel
internal import Output

/// Reads the bytes of a scenario: text, tree, sections, game, warnings.
package enum ScenarioReader {
    package static func read(_ bytes: [UInt8], file: String) throws(DocumentError) -> Scenario {
        guard bytes.count <= DocumentLimits.bytes else {
            throw DocumentError(diagnostics: [
                Diagnostic(
                    severity: .error, file: file,
                    message: "has \(bytes.count) bytes; at most \(DocumentLimits.bytes) are read")
            ])
        }
        let source = SourceText(file: file, bytes: bytes)
        let sink = DiagnosticSink(source: source)
        guard isText(source, sink), let document = ComposedDocument(sink) else { throw sink.failure }
        let context = ReadingContext(sink: sink, duplicates: document.duplicates)
        let reader = NodeReader(node: document.root, path: "", keyNode: nil, context: context)
        guard let content = ScenarioSection(context: context).read(reader), sink.errorCount == 0 else {
            if sink.errorCount == 0 { sink.error("cannot be read", at: nil) }
            throw sink.failure
        }
        let game: Game
        let hash: String
        do throws(GameError) {
            game = try Game(content.definition)
            hash = try GameSerialisation(content.definition).hash
        } catch {
            report(error, content, to: sink)
            throw sink.failure
        }
        OccurrenceWarnings(content: content, game: game, sink: sink).report()
        TextWarnings(content: content, game: game, sink: sink).report()
        return Scenario(
            file: file, name: content.name, title: content.title, titles: content.titles,
            meanings: content.meanings,
            definition: content.definition, game: game, objective: content.objective,
            fileObjective: content.objective, wording: content.wording,
            foresight: content.definition.users.map { $0.agent.foresight?.weight ?? 0 },
            assumption: game.foresight == nil ? .myopic : .foresighted,
            uncertainty: content.uncertainty, satisfaction: content.satisfaction, fileHash: ContentHash.sha256(bytes),
            gameHash: hash, sourceText: String(decoding: source.bytes, as: UTF8.self),
            warnings: sink.listed)
    }

    private static func isText(_ source: SourceText, _ sink: DiagnosticSink) -> Bool {
        if let offset = UTF8Check.firstInvalidByte(in: source.bytes) {
            let code = String(source.bytes[offset], radix: 16, uppercase: true)
            let span = SourceSpan(position: source.position(ofByte: offset), length: 1)
            sink.error("is not UTF-8: the byte 0x\(code) at offset \(offset) begins no character", at: span)
            return false
        }
        if let (offset, code) = UTF8Check.firstForbiddenCharacter(in: source.bytes) {
            let name = String(code, radix: 16, uppercase: true)
            let padded = String(repeating: "0", count: max(0, 4 - name.count)) + name
            let span = SourceSpan(position: source.position(ofByte: offset), length: 1)
            sink.error("has the control character U+\(padded), which YAML does not allow", at: span)
            return false
        }
        return true
    }

    /// Turns what the game's own checks found into a diagnostic at the user it is about, or about the whole file.
    private static func report(_ error: GameError, _ content: ScenarioSection.Content, to sink: DiagnosticSink) {
        let definition = content.definition
        for (index, user) in definition.users.enumerated() {
            let isAtFault = error.place.hasPrefix("users.\(user.name)") || failure(of: user, in: definition) == error
            guard isAtFault else { continue }
            let path = error.place.hasPrefix("users.") ? error.place : "users.\(user.name).\(error.place)"
            return sink.error(error.problem, at: content.names.users.span(of: index), path: path)
        }
        sink.error(error.problem, at: nil, path: error.place)
    }

    /// The error of an agent that gives no distribution.
    private static func failure(of user: UserType, in definition: GameDefinition) -> GameError? {
        for turn in user.agent.dependsOnTurn ? Array(1...definition.horizon) : [1] {
            for state in definition.states.indices {
                for (index, response) in definition.responses.enumerated() {
                    do throws(GameError) {
                        _ = try user.agent.reactionProbabilities(
                            turn: turn, state: state, response: index, features: response.features)
                    } catch {
                        return error
                    }
                }
            }
        }
        return nil
    }
}
