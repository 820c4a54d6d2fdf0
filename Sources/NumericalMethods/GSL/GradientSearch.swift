import CGSL

/// Owns one minimiser of GSL with gradient, its callbacks and its current point.
///
/// Invariant: once `begin` has returned, the vectors of `minimizer` hold a point, the value and the gradient there, all
/// finite; `advance` and `restart` keep it so. Nothing else may be asked before `begin`.
@safe
struct GradientSearch: ~Copyable {
    /// What one iteration achieved.
    enum Progress {
        case advanced
        case stuck
    }

    let bridge: GradientBridge
    private let settings: GradientMinimizerSettings
    private let operation: String
    private let minimizer: UnsafeMutablePointer<gsl_multimin_fdfminimizer>
    private let callbacks: UnsafeMutablePointer<gsl_multimin_function_fdf>
    private var stalls = 0

    init(
        _ objective: DifferentiableObjective,
        dimension: Int,
        settings: GradientMinimizerSettings,
        operation: String
    ) throws(GSLError) {
        GSLRuntime.switchErrorHandlerOff()
        guard let minimizer = unsafe gsl_multimin_fdfminimizer_alloc(Self.table(settings.method), dimension) else {
            throw GSLError.noMemory(operation)
        }
        unsafe self.minimizer = unsafe minimizer
        self.bridge = GradientBridge(
            objective, dimension: dimension, scale: settings.objectiveScale, operation: operation)
        self.settings = settings
        self.operation = operation
        unsafe self.callbacks = .allocate(capacity: 1)
        unsafe callbacks.initialize(to: Self.makeCallbacks(bridge, dimension: dimension))
    }

    deinit {
        unsafe gsl_multimin_fdfminimizer_free(minimizer)
        unsafe callbacks.deinitialize(count: 1)
        unsafe callbacks.deallocate()
    }

    /// The current point.
    var point: [Double] { unsafe GSLVector.numbers(minimizer.pointee.x) }

    /// f at the current point.
    var value: Double { unsafe minimizer.pointee.f / settings.objectiveScale }

    /// ∇f at the current point.
    var gradient: [Double] { unsafe GSLVector.numbers(minimizer.pointee.gradient).map { $0 / settings.objectiveScale } }

    /// ‖∇f‖₂ at the current point.
    var gradientNorm: Double { unsafe gsl_blas_dnrm2(minimizer.pointee.gradient) / settings.objectiveScale }

    /// One iteration of the method: one line search and a new direction.
    ///
    /// GSL reports a failed line search as "no progress", but a search that runs out of its 100 trials as success with
    /// a step of length zero. After that it tries steepest descent by itself; a second one in a row would repeat for
    /// ever, so it counts as stuck.
    mutating func advance() throws -> Progress {
        let status = unsafe gsl_multimin_fdfminimizer_iterate(minimizer)
        if let failure = bridge.failure { throw failure }
        if status == GSLRuntime.noProgress { return .stuck }
        try GSLRuntime.check(status, operation)
        stalls = unsafe gsl_vector_isnull(minimizer.pointee.dx) == 1 ? stalls + 1 : 0
        return stalls < 2 ? .advanced : .stuck
    }

    /// Starts again from the current point by steepest descent.
    ///
    /// This sets the minimiser anew. `gsl_multimin_fdfminimizer_restart` is not enough: for BFGS2 it clears a counter
    /// that the method never reads, and keeps the old direction.
    mutating func restart() throws {
        try begin(at: point)
    }

    /// Evaluates the objective at a starting point and takes steepest descent as the first direction.
    mutating func begin(at start: [Double]) throws {
        stalls = 0
        let status = unsafe GSLVector.withVector(start) { vector in
            unsafe gsl_multimin_fdfminimizer_set(
                minimizer, callbacks, vector, settings.initialStep, settings.lineSearchTolerance)
        }
        if let failure = bridge.failure { throw failure }
        try GSLRuntime.check(status ?? GSLRuntime.noMemory, operation)
    }

    private static func table(
        _ method: GradientMinimizerSettings.Method
    ) -> UnsafePointer<gsl_multimin_fdfminimizer_type>? {
        switch method {
        case .bfgs2: unsafe cgsl_fdfminimizer_bfgs2()
        case .fletcherReeves: unsafe cgsl_fdfminimizer_conjugate_fr()
        case .polakRibiere: unsafe cgsl_fdfminimizer_conjugate_pr()
        }
    }

    /// The three callbacks of GSL. They hold the bridge unretained: the search that owns them owns the bridge too.
    private static func makeCallbacks(_ bridge: GradientBridge, dimension: Int) -> gsl_multimin_function_fdf {
        unsafe gsl_multimin_function_fdf(
            f: { x, context in
                guard let x = unsafe x, let context = unsafe context else { return .nan }
                let bridge = unsafe Unmanaged<GradientBridge>.fromOpaque(context).takeUnretainedValue()
                return unsafe bridge.value(at: x)
            },
            df: { x, context, gradient in
                guard let x = unsafe x, let context = unsafe context, let gradient = unsafe gradient else { return }
                let bridge = unsafe Unmanaged<GradientBridge>.fromOpaque(context).takeUnretainedValue()
                unsafe bridge.valueAndGradient(at: x, into: gradient)
            },
            fdf: { x, context, value, gradient in
                guard let x = unsafe x, let context = unsafe context, let gradient = unsafe gradient else { return }
                let bridge = unsafe Unmanaged<GradientBridge>.fromOpaque(context).takeUnretainedValue()
                let result = unsafe bridge.valueAndGradient(at: x, into: gradient)
                unsafe value?.pointee = result
            },
            n: dimension,
            params: Unmanaged.passUnretained(bridge).toOpaque()
        )
    }
}
