import CGSL

/// Copies between vectors of GSL and Swift arrays, by pointer and stride.
///
/// `gsl_vector_get` and `gsl_vector_set` are function calls with a bounds check each; an evaluation copies 3 n numbers.
enum GSLVector {
    /// The numbers of a vector.
    static func numbers(_ vector: UnsafePointer<gsl_vector>?) -> [Double] {
        guard let vector = unsafe vector, let data = unsafe vector.pointee.data else { return [] }
        let stride = unsafe vector.pointee.stride
        return (0..<(unsafe vector.pointee.size)).map { unsafe data[$0 * stride] }
    }

    /// Overwrites an array with a vector of the same size, and says whether any number changed.
    static func copy(_ vector: UnsafePointer<gsl_vector>, into array: inout [Double]) -> Bool {
        guard let data = unsafe vector.pointee.data else { return false }
        let stride = unsafe vector.pointee.stride
        precondition(unsafe vector.pointee.size == array.count, "vector and array must have one size")
        var changed = false
        var target = array.mutableSpan
        for index in target.indices {
            let number = unsafe data[index * stride]
            if number != target[index] {
                target[index] = number
                changed = true
            }
        }
        return changed
    }

    /// Overwrites a vector with `factor` times an array of the same size.
    static func write(_ array: [Double], times factor: Double, into vector: UnsafeMutablePointer<gsl_vector>) {
        guard let data = unsafe vector.pointee.data else { return }
        let stride = unsafe vector.pointee.stride
        precondition(unsafe vector.pointee.size == array.count, "vector and array must have one size")
        for index in array.indices { unsafe data[index * stride] = factor * array[index] }
    }

    /// Calls a function with a new vector that holds an array, and frees the vector; nil if there is no memory.
    static func withVector<Result>(
        _ array: [Double],
        _ body: (UnsafePointer<gsl_vector>) throws -> Result
    ) rethrows -> Result? {
        guard let vector = unsafe gsl_vector_alloc(array.count) else { return nil }
        defer { unsafe gsl_vector_free(vector) }
        unsafe write(array, times: 1, into: vector)
        return try unsafe body(vector)
    }
}
