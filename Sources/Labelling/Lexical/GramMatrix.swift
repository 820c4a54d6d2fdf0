/// Inner products of texts.
package struct GramMatrix: Sendable {
    /// [n, n] row by row.
    package let values: [Double]
    package let order: Int

    package init(values: [Double], order: Int) { (self.values, self.order) = (values, order) }

    /// - Parameter slots: how many slots the vectors have.
    /// - Complexity: O(n² · pieces of a text).
    package init(_ vectors: [TextVector], slots: Int) {
        let order = vectors.count
        var values = [Double](repeating: 0, count: order * order)
        var row = [Double](repeating: 0, count: slots)
        for (first, vector) in vectors.enumerated() {
            for (slot, value) in zip(vector.slots, vector.values) { row[Int(slot)] = value }
            for second in 0...first {
                let other = vectors[second]
                var total = 0.0
                for index in other.slots.indices { total += row[Int(other.slots[index])] * other.values[index] }
                for index in other.dense.indices { total += vector.dense[index] * other.dense[index] }
                values[first * order + second] = total
                values[second * order + first] = total
            }
            for slot in vector.slots { row[Int(slot)] = 0 }
        }
        (self.values, self.order) = (values, order)
    }

    package subscript(row: Int, column: Int) -> Double { values[row * order + column] }

    /// The products of some texts with some.
    package func part(rows: [Int], columns: [Int]) -> [Double] {
        rows.flatMap { row in columns.map { values[row * order + $0] } }
    }

    /// The matrix of some of the texts.
    package func restricted(to texts: [Int]) -> GramMatrix {
        GramMatrix(values: part(rows: texts, columns: texts), order: texts.count)
    }

    /// The matrix times a vector.
    package func product(_ vector: some RandomAccessCollection<Double>) -> [Double] {
        Self.product(values, rows: order, Array(vector))
    }

    /// A matrix of so many rows times a vector.
    static func product(_ matrix: [Double], rows: Int, _ vector: [Double]) -> [Double] {
        let columns = vector.count
        precondition(matrix.count == rows * columns, "a matrix has a number a row and column")
        return matrix.withUnsafeBufferPointer { matrix in
            vector.withUnsafeBufferPointer { vector in
                (0..<rows).map { row in
                    // Four sums, which a processor adds at once; always the same four.
                    var sums = (0.0, 0.0, 0.0, 0.0)
                    let start = row * columns
                    var column = 0
                    while column + 4 <= columns {
                        sums.0 += matrix[start + column] * vector[column]
                        sums.1 += matrix[start + column + 1] * vector[column + 1]
                        sums.2 += matrix[start + column + 2] * vector[column + 2]
                        sums.3 += matrix[start + column + 3] * vector[column + 3]
                        column += 4
                    }
                    while column < columns {
                        sums.0 += matrix[start + column] * vector[column]
                        column += 1
                    }
                    return (sums.0 + sums.1) + (sums.2 + sums.3)
                }
            }
        }
    }
}
