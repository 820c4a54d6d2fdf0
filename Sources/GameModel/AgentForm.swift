/// What decides an agent's answers, as a kind and the agent's numbers in one order: what the hash of a game is made from.
///
/// ```swift
/// var form = AgentForm(kind: "leaves")
/// form.add(0.3)
/// ```
public struct AgentForm: Sendable, Equatable {
    /// One entry.
    public enum Item: Sendable, Equatable {
        /// A count or an index.
        case whole(Int)
        case flag(Bool)
        case number(Double)
        case name(String)
    }

    public private(set) var items: [Item]

    /// The form of a kind of agent, to which its numbers are added.
    ///
    /// - Parameter kind: a name that no other kind of agent has. It is part of every hash, and so can never change.
    public init(kind: String) { items = [.whole(2), .name(kind)] }

    /// The form of one of the two kinds that were numbered before kinds had names.
    ///
    /// - Parameter number: 0 for quantal response, 1 for tables.
    package init(number: Int) {
        precondition(number == 0 || number == 1, "kinds but the first two are known by name")
        items = [.whole(number)]
    }

    /// Adds a count or an index.
    public mutating func add(_ count: Int) { items.append(.whole(count)) }

    public mutating func add(_ flag: Bool) { items.append(.flag(flag)) }

    public mutating func add(_ number: Double) { items.append(.number(number)) }

    /// Adds a list: its count, and then its numbers.
    public mutating func add(_ numbers: [Double]) {
        add(numbers.count)
        for number in numbers { add(number) }
    }
}
