public import Output
public import Solver

extension GradientSolverSettings {
    /// The settings that can change a result; the number of threads cannot.
    public var members: [String: JSONValue] {
        [
            "minimiser": .string(method.rawValue), "starts": .integer(starts), "start_scale": .number(startScale),
            "perturbations": .integer(perturbations), "seed": .string("\(seed)"), "tolerance": .number(tolerance),
            "feasibility_tolerance": .number(feasibilityTolerance), "maximum_iterations": .integer(maximumIterations),
        ]
    }

    public var json: JSONValue { .object(members) }
}

extension BeliefPlannerSettings {
    /// The settings that can change a result.
    public var members: [String: JSONValue] {
        [
            "gap": .number(gap), "memory_mib": .integer(memoryMebibytes), "exact_turns": .integer(exactTurns),
            "delay": .integer(delay), "type_points": .integer(typePoints),
            "tolerant_turns": .integer(tolerantTurns), "gradient_starts": .integer(gradientStarts),
            "plans_per_turn": .integer(plansPerTurn),
            "finishes_depth_first": .bool(finishesDepthFirst),
            "maximum_steps": maximumSteps == .max ? .null : .integer(maximumSteps),
        ]
    }

    public var json: JSONValue { .object(members) }
}

extension ConstrainedPlannerSettings {
    /// The settings that can change a result.
    public var members: [String: JSONValue] {
        [
            "planner": planner.json, "seeds": seeds?.json ?? .null, "maximum_iterations": .integer(maximumIterations),
        ]
    }

    public var json: JSONValue { .object(members) }
}

extension SoftPlannerSettings {
    /// The settings that can change a result.
    public var members: [String: JSONValue] {
        [
            "gap": .number(gap), "memory_mib": .integer(memoryMebibytes), "delay": .integer(delay),
            "maximum_beliefs": maximumBeliefs == .max ? .null : .integer(maximumBeliefs),
            "plans_per_turn": .integer(plansPerTurn), "exact_turns": .integer(exactTurns),
            "lookahead": .integer(lookahead),
            "feasibility_tolerance": .number(feasibilityTolerance), "price_rounds": .integer(priceRounds),
        ]
    }

    public var json: JSONValue { .object(members) }
}
