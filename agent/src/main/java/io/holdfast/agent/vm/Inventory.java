package io.holdfast.agent.vm;

import io.holdfast.agent.system.HostProcesses;
import io.holdfast.agent.vm.Hypervisor.Domain;
import io.holdfast.agent.vm.Hypervisor.GuestState;
import io.holdfast.agent.vm.Resident.Phase;
import io.holdfast.protocol.agent.EndCause;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the residents true: looks for processes that nobody told of, takes over what libvirt says of guests, and decides starts whose
 * outcome is unknown (the agent died, or libvirtd did, in the middle): no process and no such domain for {@link #PATIENCE_NANOS} while
 * libvirt answers means that nothing was started.
 */
public final class Inventory implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Inventory.class);
    private static final long PERIOD_MILLIS = 2000;
    private static final long PATIENCE_NANOS = 6_000_000_000L;

    private final HostProcesses processes;
    private final Residents residents;
    private final Adoption adoption;
    private final RunEnds ends;
    private final Hypervisor hypervisor;
    private final Runnable changed;
    /** By VM id and run: since when neither process nor domain has been seen. */
    private final Map<String, Long> missingSince = new HashMap<>();

    public Inventory(
            HostProcesses processes,
            Residents residents,
            Adoption adoption,
            RunEnds ends,
            Hypervisor hypervisor,
            Runnable changed) {
        this.processes = processes;
        this.residents = residents;
        this.adoption = adoption;
        this.ends = ends;
        this.hypervisor = hypervisor;
        this.changed = changed;
    }

    @Override
    public void run() {
        try {
            while (true) {
                Thread.sleep(PERIOD_MILLIS);
                try {
                    adoption.scan();
                    decideUnknown();
                } catch (RuntimeException e) {
                    LOG.error("the inventory failed; it's tried again", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void decideUnknown() {
        List<Resident> unknown = residents.all().stream()
                .filter(r -> r.unknownOutcome() && r.pid() == 0)
                .toList();
        missingSince.keySet().retainAll(unknown.stream().map(Inventory::key).toList());
        if (unknown.isEmpty()) {
            return;
        }
        List<Domain> domains;
        try {
            domains = hypervisor.domains();
        } catch (Hypervisor.Failure e) {
            missingSince.clear();
            return;
        }
        for (Resident resident : unknown) {
            boolean seen = domains.stream().anyMatch(d -> d.uuid().equals(resident.uuid()))
                    || processes.scan().stream().anyMatch(p -> p.uuid().equals(resident.uuid()));
            if (seen) {
                missingSince.remove(key(resident));
                continue;
            }
            long since = missingSince.computeIfAbsent(key(resident), k -> System.nanoTime());
            if (System.nanoTime() - since >= PATIENCE_NANOS) {
                residents.change(
                        resident.vmId(),
                        resident.run(),
                        r -> r.ending(EndCause.END_CAUSE_START_FAILED, "the start broke off and left nothing"));
                ends.gone(resident);
            }
        }
    }

    private static String key(Resident resident) {
        return resident.vmId() + "/" + resident.run();
    }

    /** Libvirt's list of domains. */
    public void read(List<Domain> domains) {
        domains.forEach(domain -> guest(domain.uuid(), domain.state(), ""));
    }

    /** Libvirt's word on one guest. */
    public void guest(String uuid, GuestState state, String detail) {
        residents
                .findByUuid(uuid)
                .ifPresent(found -> residents
                        .change(found.vmId(), found.run(), r -> moved(r, state, detail))
                        .filter(r -> !r.equals(found))
                        .ifPresent(r -> changed.run()));
    }

    private static Resident moved(Resident r, GuestState state, String detail) {
        if (state == GuestState.PAUSED && r.phase() == Phase.RUNNING) {
            return r.in(Phase.PAUSED).saying(detail);
        }
        if (state == GuestState.RUNNING && r.phase() == Phase.PAUSED) {
            return r.in(Phase.RUNNING).saying("");
        }
        return r;
    }
}
