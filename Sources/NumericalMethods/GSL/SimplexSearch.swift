import CGSL

/// Owns one Nelder–Mead minimiser of GSL, its callback and its simplex.
///
/// Invariant: after `begin` and at least one `advance`, `minimizer` holds the best corner and its finite value.
@safe
struct SimplexSearch: ~Copyable {
    let bridge: ValueBridge
    private let operation: String
    private let minimizer: UnsafeMutablePointer<gsl_multimin_fminimizer>
    private let callback: UnsafeMutablePointer<gsl_multimin_function>

    init(
        _ objective: @escaping DifferentiableObjective.Value,
        dimension: Int,
        operation: String
    ) throws(GSLError) {
        GSLRuntime.switchErrorHandlerOff()
        guard let minimizer = unsafe gsl_multimin_fminimizer_alloc(cgsl_fminimizer_nmsimplex2(), dimension) else {
            throw GSLError.noMemory(operation)
        }
        unsafe self.minimizer = unsafe minimizer
        self.bridge = ValueBridge(objective, dimension: dimension, operation: operation)
        self.operation = operation
        unsafe self.callback = .allocate(capacity: 1)
        unsafe callback.initialize(to: Self.makeCallback(bridge, dimension: dimension))
    }

    deinit {
        unsafe gsl_multimin_fminimizer_free(minimizer)
        unsafe callback.deinitialize(count: 1)
        unsafe callback.deallocate()
    }

    /// The best corner.
    var point: [Double] { unsafe GSLVector.numbers(minimizer.pointee.x) }

    /// f at the best corner.
    var value: Double { unsafe minimizer.pointee.fval }

    /// The root of the mean squared distance of the corners from their centre.
    var size: Double { unsafe minimizer.pointee.size }

    /// Evaluates the n + 1 corners of the first simplex.
    mutating func begin(at start: [Double], steps: [Double]) throws {
        let edges = steps.count == 1 ? Array(repeating: steps[0], count: start.count) : steps
        let status = unsafe GSLVector.withVector(start) { point in
            unsafe GSLVector.withVector(edges) { edges in
                unsafe gsl_multimin_fminimizer_set(minimizer, callback, point, edges)
            }
        }
        try finish((status ?? nil) ?? GSLRuntime.noMemory)
    }

    /// One move of the simplex.
    mutating func advance() throws {
        try finish(unsafe gsl_multimin_fminimizer_iterate(minimizer))
    }

    /// Throws what went wrong in the caller's function, or else in GSL.
    private func finish(_ status: Int32) throws {
        if let failure = bridge.failure { throw failure }
        try GSLRuntime.check(status, operation)
    }

    /// The callback of GSL. It holds the bridge unretained: the search that owns it owns the bridge too.
    private static func makeCallback(_ bridge: ValueBridge, dimension: Int) -> gsl_multimin_function {
        unsafe gsl_multimin_function(
            f: { x, context in
                guard let x = unsafe x, let context = unsafe context else { return .nan }
                let bridge = unsafe Unmanaged<ValueBridge>.fromOpaque(context).takeUnretainedValue()
                return unsafe bridge.value(at: x)
            },
            n: dimension,
            params: Unmanaged.passUnretained(bridge).toOpaque()
        )
    }
}
