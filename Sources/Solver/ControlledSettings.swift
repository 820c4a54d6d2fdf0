package import GameModel

// Settings keep what a solver may take; a control that says otherwise has the last word.

extension BeliefPlannerSettings {
    /// The same settings with the memory and the threads that a caller gives.
    package func controlled(by control: RunControl) -> BeliefPlannerSettings {
        var settings = self
        settings.memoryMebibytes = control.memoryMebibytes ?? memoryMebibytes
        settings.threads = control.threads ?? threads
        return settings
    }
}

extension SoftPlannerSettings {
    /// The same settings with the memory and the threads that a caller gives.
    package func controlled(by control: RunControl) -> SoftPlannerSettings {
        var settings = self
        settings.memoryMebibytes = control.memoryMebibytes ?? memoryMebibytes
        settings.threads = control.threads ?? threads
        return settings
    }
}

extension GradientSolverSettings {
    /// The same settings with the threads that a caller gives.
    package func controlled(by control: RunControl) -> GradientSolverSettings {
        var settings = self
        settings.threads = control.threads ?? threads
        return settings
    }
}
