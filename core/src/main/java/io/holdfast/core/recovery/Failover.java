package io.holdfast.core.recovery;

import io.holdfast.core.health.Evidence;
import io.holdfast.core.health.Verdict;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.isolation.Rung;
import java.util.List;

/**
 * The story of one failure: what was seen, the verdict, the proofs tried, and what became of each VM. When the cable was cut is unknown to the core; the
 * first time here is when the suspicion began.
 *
 * @param suspectedWallMillis when the suspicion began
 * @param openedWallMillis when VMs were found to be affected
 * @param closedWallMillis 0 while a VM is still to come back
 */
public record Failover(
        FailoverId id,
        List<HostId> hosts,
        Verdict verdict,
        long suspectedWallMillis,
        long openedWallMillis,
        long closedWallMillis,
        List<Evidence> evidence,
        List<Rung> rungs,
        List<VmOutcome> vms) {
    public Failover {
        hosts = List.copyOf(hosts);
        evidence = List.copyOf(evidence);
        rungs = List.copyOf(rungs);
        vms = List.copyOf(vms);
    }

    /** With another verdict. */
    public Failover withVerdict(Verdict other) {
        return new Failover(
                id, hosts, other, suspectedWallMillis, openedWallMillis, closedWallMillis, evidence, rungs, vms);
    }

    /** With other evidence. */
    public Failover withEvidence(List<Evidence> other) {
        return new Failover(
                id, hosts, verdict, suspectedWallMillis, openedWallMillis, closedWallMillis, other, rungs, vms);
    }

    /** With other rungs. */
    public Failover withRungs(List<Rung> other) {
        return new Failover(
                id, hosts, verdict, suspectedWallMillis, openedWallMillis, closedWallMillis, evidence, other, vms);
    }

    /** With other outcomes. */
    public Failover withVms(List<VmOutcome> other) {
        return new Failover(
                id, hosts, verdict, suspectedWallMillis, openedWallMillis, closedWallMillis, evidence, rungs, other);
    }

    /** Closed. */
    public Failover close(long wallMillis) {
        return new Failover(
                id, hosts, verdict, suspectedWallMillis, openedWallMillis, wallMillis, evidence, rungs, vms);
    }

    /** Still under way. */
    public boolean open() {
        return closedWallMillis == 0;
    }
}
