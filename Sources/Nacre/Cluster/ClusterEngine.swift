/// Something that runs many commands on many machines, and starts those again that ended for want of something.
package enum ClusterEngine: String, CaseIterable, Sendable {
    case slurm, ray, parallel, kubernetes
}
