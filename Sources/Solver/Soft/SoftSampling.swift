internal import GameModel

/// Beliefs as conversations come to them under soft answers to an upper bound: where tables need points and plans pay.
///
/// Every other conversation goes on from what the bound reveals, since that is where the values of a table come from. What is
/// sampled decides where a search looks and never what it says.
struct SoftSampling {
    /// Per turn, [samples, H] normalised beliefs of conversations in which nothing is revealed.
    private(set) var plain: [[Double]]
    /// Per turn, [samples, H] those of the others.
    private(set) var revealed: [[Double]]
    /// Per turn t, [H, H] how much the soft value of the turns after t bends: Σ_u E[Cov_π(Q_u(h, a), Q_u(h', a))] / τ_u.
    private(set) var curvature: [[Double]]

    /// The second half of the key, "softplan" in ASCII: keeps these draws apart from all others.
    private static let stream: UInt64 = 0x736F_6674_706C_616E
    /// How many conversations the curvature is averaged over.
    private static let averaged = 1000

    /// - Parameters:
    ///   - conversations: how many are played.
    ///   - corners: the bound that knows Q at a known hidden state.
    ///   - bound: the bound that is answered softly, and reveals.
    init(
        _ tables: SoftTables, conversations: Int, informed corners: SoftInformedBound, bound: TypeBlindBound?,
        shouldStop: () -> Bool
    ) {
        let (base, horizon) = (tables.base, tables.base.horizon)
        plain = Array(repeating: [], count: horizon)
        revealed = plain
        var bends = Array(repeating: [Double](repeating: 0, count: base.hidden * base.hidden), count: horizon)
        let belief = DoubleBuffer(count: base.stride)
        let next = DoubleBuffer(count: base.stride)
        let values = DoubleBuffer(count: tables.width)
        let game = tables.game
        let openings = game.cues.indices.map { cue in
            (0..<base.stride).reduce(0.0) { unsafe $0 + base.opening(cue)[$1] }
        }
        for conversation in 0..<conversations where conversation % 64 > 0 || !shouldStop() {
            var words = Self.words(conversation, turn: 0)
            unsafe belief.base.update(from: base.opening(Self.draw(words.0, openings)), count: base.stride)
            for turn in 1...horizon {
                let mass = unsafe tables.mass(belief.base)
                guard mass > 0 else { break }
                for h in 0..<base.stride { unsafe belief.base[h] /= mass }
                let isPlain = conversation % 2 == 0
                for h in 1...base.hidden {
                    unsafe isPlain
                        ? plain[turn - 1].append(belief.base[h]) : revealed[turn - 1].append(belief.base[h])
                }
                let weight: Double
                if let bound, turn < horizon {
                    weight =
                        unsafe tables.weights[turn - 1] * bound.products(turn: turn, belief.base, into: values.base)
                } else {
                    weight =
                        unsafe tables.weights[turn - 1] * corners.products(turn: turn, belief.base, into: values.base)
                }
                let strategy = unsafe tables.strategy(values.base, weight: weight)
                if conversation < Self.averaged {
                    corners.addBend(turn: turn, strategy, to: &bends[turn - 1])
                }
                guard turn < horizon else { break }
                words = Self.words(conversation, turn: turn)
                if !isPlain, let bound { unsafe bound.reveal(turn: turn, belief.base, at: Self.unit(words.2)) }
                let response = tables.responses[Self.draw(words.0, strategy)]
                var left = Self.unit(words.1)
                var observed = false
                for observation in 0..<base.observations where !observed {
                    unsafe base.advance(
                        belief.base, turn: turn, response: response, observation: observation, into: next.base)
                    left -= unsafe tables.mass(next.base)
                    observed = left < 0
                }
                // What is left over ends the conversation.
                guard observed else { break }
                unsafe belief.base.update(from: next.base, count: base.stride)
            }
        }
        curvature = bends
        for turn in stride(from: horizon - 1, through: 1, by: -1) {
            for entry in bends[turn].indices {
                curvature[turn - 1][entry] = bends[turn][entry] + (turn < horizon - 1 ? curvature[turn][entry] : 0)
            }
        }
    }

    private static func words(_ conversation: Int, turn: Int) -> Philox4x64.Words {
        Philox4x64.block(counter: (UInt64(conversation), UInt64(turn), 0, 0), key: (0, stream))
    }

    private static func unit(_ word: UInt64) -> Double { Double(word >> 11) * 0x1p-53 }

    /// A place drawn in proportion to numbers that need not sum to 1.
    private static func draw(_ word: UInt64, _ weights: [Double]) -> Int {
        var left = unit(word) * weights.reduce(0, +)
        for (place, weight) in weights.enumerated() {
            left -= weight
            if left < 0 { return place }
        }
        return weights.lastIndex { $0 > 0 } ?? 0
    }
}

extension SoftInformedBound {
    /// Adds Cov_π(Q_t(h, a), Q_t(h', a)) / τ_t for a strategy.
    func addBend(turn: Int, _ strategy: [Double], to sum: inout [Double]) {
        let (hidden, width, weight) = (tables.base.hidden, tables.width, tables.weights[turn - 1])
        guard weight > 0 else { return }
        var centred = [Double](repeating: 0, count: hidden * width)
        for h in 0..<hidden {
            var mean = 0.0
            for index in 0..<width { mean += strategy[index] * value(turn: turn, hidden: h, index: index) }
            for index in 0..<width { centred[h * width + index] = value(turn: turn, hidden: h, index: index) - mean }
        }
        for h in 0..<hidden {
            for other in 0..<hidden {
                var product = 0.0
                for index in 0..<width {
                    product += strategy[index] * centred[h * width + index] * centred[other * width + index]
                }
                sum[h * hidden + other] += product / weight
            }
        }
    }

    /// α_t(h, a).
    private func value(turn: Int, hidden: Int, index: Int) -> Double {
        unsafe vectors.base[((turn - 1) * tables.base.hidden + hidden) * tables.width + index]
    }
}
