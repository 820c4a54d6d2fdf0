/// A result that is laid out in two ways.
package protocol Report {
    /// For people, with a line feed at the end.
    func text() throws -> String
    /// For scripts.
    func json() throws -> JSONValue
}
