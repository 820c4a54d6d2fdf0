/// Shares of a whole as stacked horizontal bars, in groups, with intervals where they were estimated.
///
/// ```swift
/// let bars = StackedBars(
///     title: "How it ends", parts: [.init("helped", family: "wanted", fill: .cool(0)), .init("harmed", family: "unwanted", fill: .warm(0))],
///     groups: [.init("everybody", bars: [.init("today", shares: [.init(0.8), .init(0.2)])])])
/// print(bars.svg)
/// ```
///
/// Parts keep their order in every bar. A number, or its interval, stands in its part where it fits there. Where the end of a part is not
/// certain, a thin line under the bar shows where it may be; lines that would touch stand in lanes. Deterministic: same value, same bytes.
public struct StackedBars: Sendable, Equatable {
    /// One of the things that a whole is divided into.
    public struct Part: Sendable, Equatable {
        public let name: String
        /// What it is one of: a heading of the legend. Parts of one family stand beside each other.
        public let family: String
        public let fill: PlotFill

        public init(_ name: String, family: String, fill: PlotFill) {
            self.name = name
            self.family = family
            self.fill = fill
        }
    }

    /// How much of a bar is of a part.
    public struct Share: Sendable, Equatable {
        /// From 0 to 1.
        public let value: Double
        /// Where it probably is; nil where it is exact.
        public let interval: ClosedRange<Double>?
        /// Where the part probably ends: the interval of it and all parts before it together; nil where it is exact.
        public let end: ClosedRange<Double>?

        public init(_ value: Double, interval: ClosedRange<Double>? = nil, end: ClosedRange<Double>? = nil) {
            self.value = value
            self.interval = interval
            self.end = end
        }
    }

    public struct Bar: Sendable, Equatable {
        public let name: String
        /// One per part; nil where nothing is known, which is drawn striped.
        public let shares: [Share]?
        /// What stands behind the bar.
        public let remark: String

        public init(_ name: String, shares: [Share]?, remark: String = "") {
            self.name = name
            self.shares = shares
            self.remark = remark
        }
    }

    public struct Group: Sendable, Equatable {
        public let name: String
        public let bars: [Bar]

        public init(_ name: String, bars: [Bar]) {
            self.name = name
            self.bars = bars
        }
    }

    public let title: String
    /// What stands under the title, a line each: what a reader must know before anything else.
    public let notes: [String]
    public let parts: [Part]
    public let groups: [Group]
    /// What the remarks behind bars are.
    public let remarkTitle: String
    /// What the axis measures.
    public let axis: String
    /// In pixels.
    public let width: Double

    public init(
        title: String, notes: [String] = [], parts: [Part], groups: [Group], remarkTitle: String = "",
        axis: String = "share", width: Double = 900
    ) {
        self.title = title
        self.notes = notes
        self.parts = parts
        self.groups = groups
        self.remarkTitle = remarkTitle
        self.axis = axis
        self.width = max(480, width)
    }

    /// The document, ended by a line feed.
    public var svg: String { StackedBarsDrawing(self).svg }
}
