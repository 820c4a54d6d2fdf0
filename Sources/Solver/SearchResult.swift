/// What a particular search has to say besides its ``Solution``: how it went, and with which settings.
///
/// What the solution says can be asked of the result itself: `result.value` is `result.solution.value`.
@dynamicMemberLookup
public protocol SearchResult: Sendable, Equatable {
    var solution: Solution { get }
}

extension SearchResult {
    public subscript<Value>(dynamicMember path: KeyPath<Solution, Value>) -> Value { solution[keyPath: path] }
}
