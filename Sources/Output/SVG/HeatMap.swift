/// A number over two others as maps of coloured cells, one map a panel, all on one scale.
///
/// Colours are classes between round limits, so that a reader can name what a cell shows; every class differs from the next by a colour
/// difference ΔE₀₀ of 10 or more with any kind of colour vision. Numbers stand in the cells where they fit. What is not settled is striped.
/// Deterministic: same value, same bytes.
public struct HeatMap: Sendable, Equatable {
    /// One of the two numbers across which a map is drawn; its values stand side by side, whatever their distances.
    public struct Axis: Sendable, Equatable {
        public let label: String
        /// In the order of the cells.
        public let values: [Double]
        /// A value that is marked, if it lies among the others.
        public let own: Double?

        public init(_ label: String, _ values: [Double], own: Double? = nil) {
            self.label = label
            self.values = values
            self.own = own
        }
    }

    public struct Cell: Sendable, Equatable {
        /// Nil where nothing is known.
        public let value: Double?
        /// Whether the value is not settled.
        public let isOpen: Bool

        public init(_ value: Double?, isOpen: Bool = false) {
            self.value = value.flatMap { $0.isFinite ? $0 : nil }
            self.isOpen = isOpen
        }
    }

    public struct Panel: Sendable, Equatable {
        public let title: String
        /// Per value of y a row, from the bottom; in it a cell per value of x.
        public let cells: [[Cell]]

        public init(_ title: String, cells: [[Cell]]) {
            self.title = title
            self.cells = cells
        }
    }

    public let title: String
    /// Lines under the title: what a reader must know before anything else.
    public let notes: [String]
    public let x: Axis
    public let y: Axis
    /// What the colours show, with its unit.
    public let measure: String
    public let panels: [Panel]

    public init(
        title: String, notes: [String] = [], x: Axis, y: Axis, measure: String, panels: [Panel]
    ) {
        self.title = title
        self.notes = notes
        self.x = x
        self.y = y
        self.measure = measure
        self.panels = panels
    }

    /// The document, ended by a line feed.
    public var svg: String { HeatMapDrawing(self).svg }
}

/// Classes of a number between round limits, each with a colour.
struct HeatScale {
    /// Limits between classes, rising.
    let limits: [Double]
    /// Of each limit as it is shown.
    private let texts: [String]

    /// From dark to light, after cividis (Nuñez, Anderton & Renslow 2018, doi:10.1371/journal.pone.0199239).
    static let colours = ["#00204D", "#3E5B8C", "#667385", "#958C6E", "#CAAE58", "#FFEA46"]

    init(_ values: [Double]) {
        let (low, high) = (values.min() ?? 0, values.max() ?? 0)
        guard low < high else {
            (limits, texts) = ([], [])
            return
        }
        let axis = PlotAxis("", from: low, to: high)
        let tries = [12, 10, 8, 6, 5, 4, 3, 2].map {
            axis.ticks(about: $0).filter { $0.value > low && $0.value < high }
        }
        let ticks = tries.first { $0.count < Self.colours.count } ?? []
        (limits, texts) = (ticks.map(\.value), ticks.map(\.text))
    }

    /// The class of a value, from 0.
    func number(_ value: Double) -> Int { limits.count { $0 <= value } }

    func colour(_ number: Int) -> String {
        limits.isEmpty ? Self.colours[3] : Self.colours[number * (Self.colours.count - 1) / limits.count]
    }

    /// What is written on a class.
    func ink(_ number: Int) -> String { Self.colours.prefix(3).contains(colour(number)) ? "#FFFFFF" : SVGDocument.ink }

    /// The classes in words, from the lowest.
    var labels: [String] {
        guard let first = texts.first, let last = texts.last else { return ["all alike"] }
        return ["below \(first)"] + zip(texts, texts.dropFirst()).map { "\($0) to \($1)" } + ["\(last) or more"]
    }
}
