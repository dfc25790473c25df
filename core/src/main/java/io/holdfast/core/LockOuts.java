package io.holdfast.core;

import io.holdfast.core.health.HostFacts;
import io.holdfast.core.health.HostHealth;
import io.holdfast.core.health.LeaseStatus;
import io.holdfast.core.health.LockOut;
import io.holdfast.core.health.LockOutTry;
import io.holdfast.core.health.Suspicion;
import io.holdfast.core.inventory.Datastore;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.isolation.Proof;
import io.holdfast.core.isolation.Rung;
import io.holdfast.core.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The rung {@code LockedOut} (safety argument, section 3): the storage itself refuses a host. It cuts off a host that may live, so {@link Force} decides when; here is how, and how the host gets in again.
 *
 * <p>That the storage was asked is durable before it is asked. The host is let in only when nothing of what ran there at that time can be alive: it reports a later boot, or a later generation of its lease.
 */
final class LockOuts {
    private static final long AGAIN_NANOS = 6_000_000_000L;

    private LockOuts() {}

    /** Datastores that can refuse the host, carry a writable disk of something to be recovered from it, and are not refusing it yet nor being asked to. */
    static List<Datastore> due(Turn turn, HostId host, Suspicion suspicion) {
        TreeSet<DatastoreId> wanted = new TreeSet<>();
        for (VmId id : turn.liveOn(host)) {
            Vm vm = turn.vms.get(id);
            if (vm != null && turn.recoveries.containsKey(id)) {
                wanted.addAll(Proofs.writableDatastores(vm));
            }
        }
        List<Datastore> result = new ArrayList<>();
        for (DatastoreId id : wanted) {
            Datastore datastore = turn.datastores.get(id);
            LockOutTry sent = suspicion.lockOuts().get(id);
            boolean settled = sent != null && (sent.confirmed() || turn.nanos() - sent.sentNanos() < AGAIN_NANOS);
            if (datastore != null && datastore.lockOutDriver() != null && !settled) {
                result.add(datastore);
            }
        }
        return result;
    }

    static void send(Turn turn, HostId host, Datastore datastore, LeaseView leases) {
        Suspicion suspicion = Objects.requireNonNull(turn.health(host).suspicion());
        OperationId operation = turn.nextOperation();
        remember(turn, host, datastore.id(), leases);
        turn.put(host, suspicion.withLockOut(datastore.id(), new LockOutTry(operation, turn.nanos(), false, "")));
        turn.commands.add(new Command.LockOut(operation, host, datastore));
        turn.letIns = turn.letIns.minus(key(host, datastore.id()));
        Story.rung(turn, host, Rung.Kind.LOCKED_OUT, Rung.Outcome.ASKED, Message.RUNG_LOCK_OUT_ASKED, datastore.name());
    }

    private static void remember(Turn turn, HostId host, DatastoreId datastore, LeaseView leases) {
        HostFacts facts = turn.facts.get(host);
        if (facts == null) {
            return; // It has never reported, so nothing was ever started there.
        }
        LeaseStatus own = turn.health(host).lease(datastore);
        long generation = Math.max(own == null ? 0 : own.generation(), leases.generation(datastore));
        for (VmId vm : turn.liveOn(host)) {
            generation = Math.max(generation, turn.liveHere(vm, host).generationOn(datastore));
        }
        List<LockOut> lockOuts = without(facts, datastore);
        lockOuts.add(new LockOut(datastore, facts.bootId(), generation));
        turn.put(facts.withLockOuts(lockOuts));
    }

    private static List<LockOut> without(HostFacts facts, DatastoreId datastore) {
        List<LockOut> result = new ArrayList<>(facts.lockOuts());
        result.removeIf(lockOut -> lockOut.datastore().equals(datastore));
        return result;
    }

    private static String key(HostId host, DatastoreId datastore) {
        return host.value() + "/" + datastore.value();
    }

    /** The storage has answered. Only an answer to the present suspicion's last question counts. */
    static void done(Turn turn, Event.LockOutDone event) {
        HostHealth health = turn.health.get(event.host());
        Suspicion suspicion = health == null ? null : health.suspicion();
        LockOutTry sent = suspicion == null ? null : suspicion.lockOuts().get(event.datastore());
        if (!turn.leading
                || suspicion == null
                || sent == null
                || !sent.operation().equals(event.operation())) {
            return;
        }
        turn.put(
                event.host(),
                suspicion.withLockOut(
                        event.datastore(),
                        new LockOutTry(sent.operation(), sent.sentNanos(), event.confirmed(), event.detail())));
        if (!event.confirmed()) {
            String datastore = turn.name(event.datastore());
            Story.rung(
                    turn,
                    event.host(),
                    Rung.Kind.LOCKED_OUT,
                    Rung.Outcome.FAILED,
                    Message.RUNG_LOCK_OUT_FAILED,
                    datastore,
                    event.detail());
        }
        Pursuit.pursue(turn, event.host());
    }

    /** The storage has confirmed, within the present suspicion, that it refuses the host; it has not been let in since. */
    static @Nullable Proof proof(Turn turn, HostId host, DatastoreId datastore) {
        Suspicion suspicion = turn.health(host).suspicion();
        LockOutTry sent = suspicion == null ? null : suspicion.lockOuts().get(datastore);
        return sent == null || !sent.confirmed()
                ? null
                : new Proof.LockedOut(host, turn.wall(), datastore, sent.method());
    }

    /** A host that reports is let in again where nothing of what was locked out can be alive. */
    static void letIn(Turn turn, HostId host) {
        HostFacts facts = turn.facts.get(host);
        if (facts == null || facts.lockOuts().isEmpty()) {
            return;
        }
        for (LockOut lockOut : facts.lockOuts()) {
            Datastore datastore = turn.datastores.get(lockOut.datastore());
            if (datastore == null || datastore.lockOutDriver() == null) {
                turn.put(facts.withLockOuts(without(facts, lockOut.datastore())));
                return;
            }
            if (nothingLeft(turn, host, facts, lockOut)) {
                command(turn, host, datastore);
            }
        }
    }

    private static boolean nothingLeft(Turn turn, HostId host, HostFacts facts, LockOut lockOut) {
        LeaseStatus lease = turn.health(host).lease(lockOut.datastore());
        boolean laterGeneration = lease != null && lease.generation() > lockOut.generation();
        return laterGeneration || !facts.bootId().equals(lockOut.bootId());
    }

    private static void command(Turn turn, HostId host, Datastore datastore) {
        String key = key(host, datastore.id());
        Working.LetIn sent = turn.letIns.get(key);
        if (sent == null || turn.nanos() - sent.sentNanos() >= AGAIN_NANOS) {
            OperationId operation = turn.nextOperation();
            turn.letIns = turn.letIns.plus(key, new Working.LetIn(operation, turn.nanos()));
            turn.commands.add(new Command.LetIn(operation, host, datastore));
        }
    }

    /** The storage has answered that the host may use it again. */
    static void letInDone(Turn turn, Event.LetInDone event) {
        String key = key(event.host(), event.datastore());
        Working.LetIn sent = turn.letIns.get(key);
        HostFacts facts = turn.facts.get(event.host());
        if (!turn.leading
                || facts == null
                || sent == null
                || !sent.operation().equals(event.operation())
                || !event.done()) {
            return;
        }
        turn.letIns = turn.letIns.minus(key);
        turn.put(facts.withLockOuts(without(facts, event.datastore())));
        turn.tell(
                TimelineEntry.Severity.INFO,
                event.host(),
                null,
                null,
                Message.HOST_LET_IN,
                turn.name(event.host()),
                turn.name(event.datastore()));
    }
}
