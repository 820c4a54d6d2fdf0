internal import Documents

/// Reads one entry of `shapes`.
struct ShapeSection {
    let axes: [String]
    let policies: [String]

    private static let kinds = ["beats", "lowest", "overtakes", "rises", "stays-below"]

    func read(_ reader: NodeReader) -> SuiteShape? {
        let common = ["claim", "policy", "published"]
        guard let fields = reader.mapping(of: "'claim', 'policy' and what the claim needs"),
            let kind = fields.required("claim")?.choice(of: Self.kinds)
        else { return nil }
        let policy = policy("policy", fields)
        let published = fields["published"]?.optionalText() ?? ""
        guard let claim = claim(kind, fields, common: common, policy: policy) else { return nil }
        return SuiteShape(claim: claim, published: published)
    }

    private func claim(_ kind: String, _ fields: Fields, common: [String], policy: String?) -> SuiteShape.Claim? {
        switch kind {
        case "beats":
            fields.rejectUnknown(except: common + ["over", "measure", "keeping"])
            let (over, measure) = (self.policy("over", fields), measure("measure", fields))
            let keeping = fields["keeping"] == nil ? nil : self.measure("keeping", fields)
            guard let policy, let over, let measure else { return nil }
            return .beats(policy: policy, over: over, measure: measure, keeping: keeping)
        case "lowest":
            fields.rejectUnknown(except: common + ["measure"])
            guard let measure = measure("measure", fields), let policy else { return nil }
            return .lowest(policy: policy, measure: measure)
        case "overtakes":
            fields.rejectUnknown(except: common + ["over", "from", "to", "risk"])
            let (from, to) = (fields.required("from")?.nonNegative(), fields.required("to")?.nonNegative())
            let risk = fields["risk"] == nil ? SuiteMeasure.risk : self.measure("risk", fields)
            if let from, let to, from >= to { fields["to"]?.error("is not above 'from'") }
            guard let over = self.policy("over", fields), let policy, let from, let to, let risk else { return nil }
            return .overtakes(policy: policy, over: over, from: from, to: to, risk: risk)
        case "rises":
            fields.rejectUnknown(except: common + ["measure", "axis"])
            guard let measure = measure("measure", fields), let axis = axis(fields), let policy else { return nil }
            return .rises(policy: policy, measure: measure, axis: axis)
        default:
            fields.rejectUnknown(except: common + ["than", "measure", "axis"])
            let (than, measure) = (self.policy("than", fields), measure("measure", fields))
            guard let than, let measure, let axis = axis(fields), let policy else { return nil }
            return .staysBelow(policy: policy, than: than, measure: measure, axis: axis)
        }
    }

    private func policy(_ key: String, _ fields: Fields) -> String? {
        guard let reader = fields.required(key) else { return nil }
        return reader.index(among: policies, what: "policy of the suite").map { policies[$0] }
    }

    private func axis(_ fields: Fields) -> Int? {
        fields.required("axis")?.index(among: axes, what: "axis of the suite")
    }

    private func measure(_ key: String, _ fields: Fields) -> SuiteMeasure? {
        let names = SuiteMeasure.allCases.map(\.rawValue)
        return fields.required(key)?.index(among: names, what: "measure").map { SuiteMeasure.allCases[$0] }
    }
}
