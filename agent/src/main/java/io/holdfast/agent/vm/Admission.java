package io.holdfast.agent.vm;

import io.holdfast.agent.lease.DatastoreLease;
import io.holdfast.agent.lease.LeaseArea;
import io.holdfast.agent.rule.LeaseRule;
import io.holdfast.agent.state.RunJournal;
import io.holdfast.protocol.agent.EndCause;
import io.holdfast.protocol.agent.LeaseGeneration;
import io.holdfast.protocol.agent.StartVm;
import io.holdfast.protocol.lease.Decoded;
import io.holdfast.protocol.lease.LeaseAreaLayout;
import io.holdfast.protocol.lease.OwnershipRecord;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a run must pass before a process of it may exist on this host, started or incoming from another host (safety argument, section 1), in
 * this order, each checked again as late as possible: epoch, not ended here, every disk's lease held in the generation that was meant,
 * ownership record on every datastore, journal.
 */
final class Admission {
    /** Why a run is refused, with the code that the manager goes by. */
    static final class Refusal extends Exception {
        private final String code;

        Refusal(String code, String message) {
            super(message);
            this.code = code;
        }

        String code() {
            return code;
        }

        String text() {
            return String.valueOf(getMessage());
        }
    }

    private final VmCommands.Parts parts;

    Admission(VmCommands.Parts parts) {
        this.parts = parts;
    }

    /**
     * Everything before the process can exist: any failure here means that nothing runs. Gives the domain.
     *
     * @param resident in the residents already, so that a fence or a stop meanwhile reaches it
     * @param phase as it's written down
     */
    String admit(
            long epoch, StartVm start, Resident resident, RunJournal.Phase phase, DomainXml.Environment environment)
            throws Refusal, IOException {
        checkStillAllowed(epoch, start.getGenerationsList(), resident.datastores());
        String xml = DomainXml.of(start, environment);
        for (String datastore : resident.datastores()) {
            takeOwnership(start, datastore);
        }
        RunJournal.Entry entry = RunJournal.Entry.open(
                resident.vmId(), resident.run(), resident.name(), resident.datastores(), parts.bootId(), phase);
        if (!parts.journal().starting(entry)) {
            checkNotEnded(resident);
        }
        checkStillAllowed(epoch, start.getGenerationsList(), resident.datastores());
        checkNotEndedElsewhere(resident);
        return xml;
    }

    void checkNotEnded(Resident wanted) throws Refusal {
        long ended = parts.journal().highestEnded(wanted.vmId());
        if (wanted.run() <= ended) {
            throw new Refusal("run-ended", "run " + ended + " has ended here; only a higher run can be started");
        }
    }

    /** Fenced or stopped while it was being prepared. */
    private void checkNotEndedElsewhere(Resident wanted) throws Refusal {
        boolean ending = parts.residents()
                .find(wanted.vmId())
                .filter(r -> r.run() == wanted.run() && r.intended() == EndCause.END_CAUSE_NONE)
                .isEmpty();
        if (ending) {
            throw new Refusal("ended-meanwhile", "the run was stopped while it was being prepared");
        }
    }

    /** The epoch is the highest, and every one of these leases is held in the generation that the command was meant for. */
    void checkStillAllowed(long epoch, List<LeaseGeneration> generations, Set<String> datastores) throws Refusal {
        if (epoch < parts.epochs().highest()) {
            throw new Refusal("epoch-old", "a manager of a higher epoch leads now");
        }
        for (String datastore : datastores) {
            List<LeaseGeneration> meant = generations.stream()
                    .filter(g -> g.getDatastoreId().equals(datastore))
                    .toList();
            Optional<DatastoreLease> lease = parts.leases().find(datastore);
            if (meant.isEmpty() || lease.isEmpty()) {
                throw new Refusal(
                        "generation", "the command or this host has no lease generation for datastore " + datastore);
            }
            LeaseRule rule = lease.get().keeper().rule();
            if (rule.phase() != LeaseRule.Phase.HELD
                    || rule.generation() != meant.getFirst().getGeneration()) {
                throw new Refusal(
                        "generation",
                        "the command is meant for lease generation "
                                + meant.getFirst().getGeneration() + " on datastore " + datastore + ", this host is "
                                + rule.phase() + " in generation " + rule.generation());
            }
        }
    }

    private void takeOwnership(StartVm start, String datastore) throws IOException, Refusal {
        DatastoreLease lease = parts.leases()
                .find(datastore)
                .orElseThrow(() -> new IOException("the lease on " + datastore + " is gone"));
        long offset = LeaseAreaLayout.ownershipOffset(start.getOwnershipIndex());
        Decoded<OwnershipRecord> found =
                OwnershipRecord.decode(lease.use(area -> area.read(offset, LeaseAreaLayout.OWNERSHIP_BYTES)));
        switch (found) {
            case Decoded.Empty<OwnershipRecord> empty -> {}
            case Decoded.Unreadable<OwnershipRecord>(String why) ->
                throw new Refusal("ownership", "ownership record on " + datastore + " is unreadable: " + why);
            case Decoded.Present<OwnershipRecord>(OwnershipRecord owner) -> checkOwner(start, owner, datastore);
        }
        OwnershipRecord own = new OwnershipRecord(start.getVmId(), start.getRun(), parts.hostId());
        lease.use(area -> {
            area.write(offset, own.encode(), LeaseArea.Durability.FLUSHED);
            return true;
        });
    }

    private void checkOwner(StartVm start, OwnershipRecord owner, String datastore) throws Refusal {
        if (!owner.vmId().equals(start.getVmId())) {
            return;
        }
        boolean another = owner.run() == start.getRun() && !owner.hostId().equals(parts.hostId());
        if (owner.run() > start.getRun() || another) {
            throw new Refusal(
                    "ownership",
                    "ownership record on " + datastore + " shows run " + owner.run() + " of host " + owner.hostId());
        }
    }
}
