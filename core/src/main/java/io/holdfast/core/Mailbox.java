package io.holdfast.core;

import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.isolation.Rung;
import io.holdfast.core.placement.LeaseGeneration;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.recovery.Recovery;
import io.holdfast.core.text.Message;

/**
 * Commands through the storage (safety argument, section 4, mailbox): a host that lost only its management network is still managed. A host has one mailbox sector per
 * datastore, so one command at a time is under way; it is written again until the slot shows the end.
 */
final class Mailbox {
    private static final long AGAIN_NANOS = 2_000_000_000L;

    private Mailbox() {}

    /** Has the first run that is to leave this host stopped. The next one follows when its end is proven. */
    static void stopLeaving(Turn turn, HostId host, LeaseView leases) {
        for (VmId vm : turn.liveOn(host)) {
            Recovery recovery = turn.recoveries.get(vm);
            if (recovery == null || !recovery.leaving()) {
                continue;
            }
            Placement placement = turn.liveHere(vm, host);
            Working.Stop stop = turn.stops.get(Moves.key(placement));
            if (stop != null && turn.nanos() - stop.sentNanos() < AGAIN_NANOS) {
                return;
            }
            write(turn, host, placement, leases);
            return;
        }
    }

    private static void write(Turn turn, HostId host, Placement placement, LeaseView leases) {
        VmId vm = placement.vm();
        for (LeaseGeneration generation : placement.generations()) {
            DatastoreId datastore = generation.datastore();
            LeaseView.Seen seen = leases.longestUnchanged(datastore, generation.generation());
            if (seen != null) {
                OperationId operation = turn.nextOperation();
                turn.stops = turn.stops.plus(
                        Moves.key(placement),
                        new Working.Stop(host, placement.run(), operation, true, 0, turn.nanos()));
                turn.commands.add(new Command.WriteMailbox(
                        operation,
                        turn.epoch,
                        seen.observer(),
                        host,
                        datastore,
                        new Command.Mail.StopVm(vm, placement.run())));
                Story.rung(
                        turn,
                        host,
                        Rung.Kind.PROCESS_ENDED,
                        Rung.Outcome.ASKED,
                        Message.RUNG_MAILBOX_ASKED,
                        turn.name(datastore),
                        turn.name(vm));
                return;
            }
        }
    }
}
