internal import Documents
internal import GameModel
internal import Output
internal import UserAgents

/// `uncertainty`: how uncertain the users' coefficients are, as standard deviations or by a file of covariances.
struct UncertaintySection {
    let names: ScenarioNames
    /// The agents read; nil where one could not be.
    let agents: [(any UserAgent)?]

    private static let keys = ["users", "covariance"]
    private static let userKeys = ["rationality", "utility", "move"]

    /// - Returns: the uncertainty; nil where there is none, or after reporting.
    func read(_ root: Fields) -> ParameterUncertainty? {
        guard let section = root["uncertainty"], let body = section.mapping(of: "'users' or 'covariance'") else {
            return nil
        }
        body.rejectUnknown(except: Self.keys)
        switch (body["users"], body["covariance"]) {
        case (let users?, nil): return deviations(users)
        case (nil, let file?): return covariance(file)
        case (_?, let file?):
            file.errorAtKey("stands beside 'users', which gives the deviations; only one may be given")
        case (nil, nil):
            if !body.isExplained("users"), !body.isExplained("covariance") {
                section.errorAtKey("says nothing; it must have 'users' or 'covariance'")
            }
        }
        return nil
    }

    // MARK: Standard deviations

    private func deviations(_ reader: NodeReader) -> ParameterUncertainty? {
        guard let fields = reader.mapping(of: "users to standard deviations") else { return nil }
        var found: [(parameter: ParameterUncertainty.Parameter, deviation: Double)] = []
        for entry in fields.entries {
            guard let user = names.users.resolve(key: entry),
                let body = entry.value.mapping(of: Self.userKeys.quotedList)
            else { continue }
            let own = agent(user)?.ownCoefficients.map(\.name) ?? []
            body.rejectUnknown(except: Self.userKeys + own)
            for name in own {
                guard let reader = body[name], let value = deviation(reader) else { continue }
                add(.own(name), user, value, reader, to: &found)
            }
            if let rationality = body["rationality"], let value = deviation(rationality) {
                add(.rationality, user, value, rationality, to: &found)
            }
            if let utility = body["utility"], let reactions = utility.mapping(of: "reactions to standard deviations") {
                for reaction in reactions.entries {
                    guard let index = names.reactions.resolve(key: reaction),
                        let terms = reaction.value.mapping(of: "coefficients to standard deviations")
                    else { continue }
                    for term in terms.entries {
                        guard let value = deviation(term.value), let kind = utilityTerm(term) else { continue }
                        add(.utility(reaction: index, kind), user, value, term.value, to: &found)
                    }
                }
            }
            if let move = body["move"], let terms = move.mapping(of: "coefficients to standard deviations") {
                for term in terms.entries {
                    guard let value = deviation(term.value), let kind = moveTerm(term) else { continue }
                    add(.move(kind), user, value, term.value, to: &found)
                }
            }
        }
        return ParameterUncertainty(parameters: found.map(\.parameter), deviations: found.map(\.deviation))
    }

    private func deviation(_ reader: NodeReader) -> Double? { reader.nonNegative() }

    private func utilityTerm(_ entry: Fields.Entry) -> UserCoefficient.Term? {
        if let term = term(entry.name, reserved: ["bias": .bias, "turn": .turn], reactions: false) { return term }
        entry.value.errorAtKey("is not a coefficient of a utility; it must be 'bias', 'turn', a feature or a state")
        return nil
    }

    private func moveTerm(_ entry: Fields.Entry) -> UserCoefficient.Term? {
        if let term = term(entry.name, reserved: ["bias": .bias, "inertia": .inertia], reactions: true) { return term }
        entry.value.errorAtKey(
            "is not a coefficient of a move; it must be 'bias', 'inertia', a feature, a state or a reaction")
        return nil
    }

    private func term(
        _ name: String, reserved: [String: UserCoefficient.Term], reactions: Bool
    ) -> UserCoefficient.Term? {
        if let term = reserved[name] { return term }
        if let index = names.features.index(of: name) { return .feature(index) }
        if !names.states.isImplicit, let index = names.states.index(of: name) { return .state(index) }
        if reactions, let index = names.reactions.index(of: name) { return .reaction(index) }
        return nil
    }

    private func add(
        _ coefficient: UserCoefficient, _ user: Int, _ deviation: Double, _ reader: NodeReader,
        to found: inout [(parameter: ParameterUncertainty.Parameter, deviation: Double)]
    ) {
        if let problem = problem(coefficient, user: user) {
            reader.errorAtKey("\(problem)")
            return
        }
        let path = String(reader.path.dropFirst("uncertainty.".count))
        found.append((.init(user: user, coefficient: coefficient, path: path), deviation))
    }

    /// The agent of a user type; nil where it could not be read.
    private func agent(_ user: Int) -> (any UserAgent)? { agents.indices.contains(user) ? agents[user] : nil }

    /// Why a user has no such coefficient, or nil; nothing is said of users that could not be read.
    private func problem(_ coefficient: UserCoefficient, user: Int) -> String? {
        guard let user = agent(user) else { return nil }
        if case .own = coefficient { return user.problemWithDrawing(coefficient) }
        guard user.value(of: .rationality) != nil else {
            return "is uncertain, but the user's reactions are a table; only coefficients can be uncertain"
        }
        switch coefficient {
        case .rationality where user.value(of: .rationality) == 0:
            return "is uncertain, but the rationality is 0; it must be above 0 to be drawn"
        case .utility where user.value(of: coefficient) == nil:
            return "is uncertain, but the user never gives the reaction"
        case .move where user.value(of: coefficient) == nil:
            return "is uncertain, but the user's moves are a table or none; only coefficients can be uncertain"
        default: return nil
        }
    }

    // MARK: Covariances

    private func covariance(_ reader: NodeReader) -> ParameterUncertainty? {
        guard let name = reader.text() else { return nil }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard !name.hasPrefix("/"), !parts.contains("..") else {
            reader.error("is '\(NodeReader.excerpt(name))'; it must be a file beside the scenario or below it")
            return nil
        }
        let scenario = reader.context.sink.source.file
        let folder = scenario.lastIndex(of: "/").map { String(scenario[...$0]) } ?? ""
        let bytes: [UInt8]
        do throws(FileBytes.Failure) {
            bytes = try FileBytes.scenario(path: folder + name)
        } catch {
            reader.error("names '\(NodeReader.excerpt(name))', which \(error.message)")
            return nil
        }
        do throws(CovarianceTable.Failure) {
            let table = try CovarianceTable(bytes)
            let parameters = table.names.map { parameter(at: $0) }
            for (path, parameter) in zip(table.names, parameters) where parameter == nil {
                throw CovarianceTable.Failure(
                    "has the name '\(NodeReader.excerpt(path, 80))', which is no coefficient of a user")
            }
            let known = parameters.compactMap(\.self)
            for parameter in known {
                if let problem = problem(parameter.coefficient, user: parameter.user) {
                    throw CovarianceTable.Failure("has the name '\(parameter.path)', which \(problem)")
                }
            }
            do throws(GameError) {
                return try ParameterUncertainty(parameters: known, covariance: table.rows)
            } catch {
                throw CovarianceTable.Failure(error.problem)
            }
        } catch {
            reader.error("names '\(NodeReader.excerpt(name))', which \(error.message)")
            return nil
        }
    }

    /// The coefficient that a path such as `users.benign.utility.accept.bias` names.
    private func parameter(at path: String) -> ParameterUncertainty.Parameter? {
        let parts = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 3, parts[0] == "users", let user = names.users.index(of: parts[1]) else { return nil }
        let coefficient: UserCoefficient?
        switch (parts[2], parts.count) {
        case ("rationality", 3): coefficient = .rationality
        case ("utility", 5):
            let kind = term(parts[4], reserved: ["bias": .bias, "turn": .turn], reactions: false)
            coefficient = names.reactions.index(of: parts[3]).flatMap { reaction in
                kind.map { .utility(reaction: reaction, $0) }
            }
        case ("move", 4):
            coefficient = term(parts[3], reserved: ["bias": .bias, "inertia": .inertia], reactions: true).map {
                .move($0)
            }
        case (let name, 3) where agent(user)?.value(of: .own(name)) != nil: coefficient = .own(name)
        default: coefficient = nil
        }
        return coefficient.map { .init(user: user, coefficient: $0, path: path) }
    }
}

/// A file of covariances: a header with the names of the coefficients after an empty or any first field, and a row per
/// coefficient, its name first.
struct CovarianceTable {
    /// Why a file is none, as a clause without the file's name.
    struct Failure: Error {
        var message: String
        init(_ message: String) { self.message = message }
    }

    /// The most coefficients: the decomposition takes their cube in time.
    static let largest = 512

    let names: [String]
    let rows: [[Double]]

    init(_ bytes: [UInt8]) throws(Failure) {
        guard UTF8Check.firstInvalidByte(in: bytes) == nil else { throw Failure("is not UTF-8") }
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map { Self.trimmed($0) }
        }
        guard let header = lines.first, header.count > 1 else {
            throw Failure("has no header; it must be a comma-separated table with the names of the coefficients")
        }
        names = Array(header.dropFirst())
        guard names.count <= Self.largest else {
            throw Failure("has \(names.count) coefficients; at most \(Self.largest) are allowed")
        }
        guard Set(names).count == names.count else { throw Failure("names a coefficient twice in its header") }
        guard lines.count == names.count + 1 else {
            throw Failure("has \(lines.count - 1) rows; it must have \(names.count), one per name of its header")
        }
        var rows: [[Double]] = []
        for (index, line) in lines.dropFirst().enumerated() {
            guard line.first == names[index], line.count == header.count else {
                throw Failure(
                    "has another row \(index + 2) than needed; it must begin with '\(NodeReader.excerpt(names[index], 80))' "
                        + "and have \(names.count) numbers")
            }
            let row = line.dropFirst().map { Double($0) }
            guard row.allSatisfy({ $0?.isFinite ?? false }) else {
                throw Failure("has an entry in row \(index + 2) that is not a finite number")
            }
            rows.append(row.compactMap(\.self))
        }
        self.rows = rows
    }

    private static func trimmed(_ text: Substring) -> String {
        var rest = text.drop { $0 == " " || $0 == "\u{FEFF}" }
        while rest.last == " " { rest.removeLast() }
        if rest.count >= 2, rest.first == "\"", rest.last == "\"" { rest = rest.dropFirst().dropLast() }
        return String(rest)
    }
}
