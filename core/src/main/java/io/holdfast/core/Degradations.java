package io.holdfast.core;

import io.holdfast.core.health.Degradation;
import io.holdfast.core.health.Evidence;
import io.holdfast.core.health.HostHealth;
import io.holdfast.core.health.LeaseStatus;
import io.holdfast.core.health.LinkTrouble;
import io.holdfast.core.health.Report;
import io.holdfast.core.health.UplinkStatus;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.Nic;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.text.Message;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;

/**
 * Planes that work badly (safety argument, section 7: the third value of each plane). It never restarts a VM and is no verdict: it is told, new VMs rather go elsewhere, and where the
 * cluster says so {@link Wants} moves away live what uses the degraded part.
 *
 * <p>Hysteresis: trouble counts when reports have shown it for five seconds, and is over when none has for thirty; VMs leave, where they are to, after twenty. A part that fails altogether is no longer degraded: that is a fault.
 */
final class Degradations {
    static final long COUNTS_AFTER_NANOS = 5_000_000_000L;
    static final long OVER_AFTER_NANOS = 30_000_000_000L;
    private static final long EVACUATES_AFTER_NANOS = 20_000_000_000L;

    private static final Set<Message> ALARMS = Set.of(
            Message.ALARM_STORAGE_SLOW,
            Message.ALARM_UPLINKS_FEWER,
            Message.ALARM_BOND_MEMBER,
            Message.ALARM_BOND_PARTNER,
            Message.ALARM_LINK_ERRORS);

    private Degradations() {}

    /** Takes in what a report shows. */
    static void reported(Turn turn, HostId host, Report report) {
        HostHealth health = turn.health(host);
        if (health.degraded().isEmpty() && sound(report)) {
            return;
        }
        TreeMap<String, Degradation> seen = seen(turn, host, report);
        PSortedMap<String, Degradation> after = health.degraded();
        for (Degradation known : health.degraded().values()) {
            String key = Degradation.key(known.plane(), known.part());
            boolean over =
                    turn.nanos() - known.lastNanos() >= OVER_AFTER_NANOS || failed(turn.health(host), report, known);
            if (!seen.containsKey(key) && (over || !known.counts())) {
                after = after.minus(key);
                ends(turn, host, known);
            }
        }
        for (var entry : seen.entrySet()) {
            Degradation known = after.get(entry.getKey());
            Degradation now = next(turn, known, entry.getValue());
            after = after.plus(entry.getKey(), now);
            if (now.counts() && (known == null || !known.counts() || known.reason() != now.reason())) {
                begins(turn, host, known, now);
            }
        }
        turn.put(turn.health(host).withDegraded(after));
    }

    /** The same trouble goes on, or becomes another one; another one counts at once where the first did. */
    private static Degradation next(Turn turn, @Nullable Degradation known, Degradation seen) {
        if (known == null) {
            return seen;
        }
        boolean counts = known.counts() || turn.nanos() - known.firstNanos() >= COUNTS_AFTER_NANOS;
        return known.reason() == seen.reason()
                ? known.seen(turn.nanos(), counts)
                : new Degradation(
                        seen.plane(),
                        seen.part(),
                        seen.reason(),
                        seen.arguments(),
                        known.firstNanos(),
                        turn.nanos(),
                        counts);
    }

    private static boolean sound(Report report) {
        for (LeaseStatus lease : report.leases()) {
            if (lease.slow()) {
                return false;
            }
        }
        return sound(report.uplinks()) && sound(report.managementUplinks());
    }

    private static boolean sound(List<UplinkStatus> uplinks) {
        for (UplinkStatus uplink : uplinks) {
            if (!uplink.up() || uplink.trouble() != LinkTrouble.NONE) {
                return false;
            }
        }
        return true;
    }

    private static TreeMap<String, Degradation> seen(Turn turn, HostId host, Report report) {
        TreeMap<String, Degradation> seen = new TreeMap<>();
        for (LeaseStatus lease : report.leases()) {
            if (lease.held() && lease.slow()) {
                see(
                        turn,
                        seen,
                        Evidence.Plane.STORAGE,
                        lease.datastore().value(),
                        Message.ALARM_STORAGE_SLOW,
                        List.of(turn.name(host), turn.name(lease.datastore())));
            }
        }
        links(turn, host, seen, Evidence.Plane.BUSINESS, report.uplinks());
        links(turn, host, seen, Evidence.Plane.MANAGEMENT, report.managementUplinks());
        return seen;
    }

    private static void links(
            Turn turn,
            HostId host,
            TreeMap<String, Degradation> seen,
            Evidence.Plane plane,
            List<UplinkStatus> uplinks) {
        for (UplinkStatus uplink : uplinks) {
            Message reason = !uplink.up()
                    ? Message.ALARM_UPLINKS_FEWER
                    : switch (uplink.trouble()) {
                        case NONE -> null;
                        case MEMBER_DOWN -> Message.ALARM_BOND_MEMBER;
                        case NO_PARTNER -> Message.ALARM_BOND_PARTNER;
                        case ERRORS -> Message.ALARM_LINK_ERRORS;
                    };
            if (reason != null && carries(uplinks, uplink.network())) {
                String network = plane == Evidence.Plane.MANAGEMENT ? "management" : uplink.network();
                List<String> arguments = List.of(turn.name(host), network, uplink.interfaceName(), uplink.detail());
                see(turn, seen, plane, uplink.network(), reason, arguments);
            }
        }
    }

    /** The network has an uplink left: without any, its plane is not degraded but at fault. */
    private static boolean carries(List<UplinkStatus> uplinks, String network) {
        for (UplinkStatus uplink : uplinks) {
            if (uplink.network().equals(network) && uplink.up()) {
                return true;
            }
        }
        return false;
    }

    /** The first trouble of a part is the one that is told. */
    private static void see(
            Turn turn,
            TreeMap<String, Degradation> seen,
            Evidence.Plane plane,
            String part,
            Message reason,
            List<String> arguments) {
        int takes = reason.arity();
        seen.putIfAbsent(
                Degradation.key(plane, part),
                new Degradation(plane, part, reason, arguments.subList(0, takes), turn.nanos(), turn.nanos(), false));
    }

    private static boolean failed(HostHealth health, Report report, Degradation known) {
        return switch (known.plane()) {
            case STORAGE ->
                report.leases().stream()
                        .anyMatch(lease -> lease.datastore().value().equals(known.part()) && !lease.held());
            case BUSINESS -> health.networksDown().containsKey(known.part());
            case MANAGEMENT, POWER -> false;
        };
    }

    private static void begins(Turn turn, HostId host, @Nullable Degradation before, Degradation now) {
        if (before != null && before.reason() != now.reason()) {
            turn.clear(before.reason(), subject(host, before));
        }
        turn.raise(now.reason(), subject(host, now), now.arguments());
        turn.tell(
                TimelineEntry.Severity.WARNING,
                host,
                null,
                null,
                now.reason(),
                now.arguments().toArray(String[]::new));
        Story.see(turn, host, now.plane(), now.reason(), now.arguments().toArray(String[]::new));
        turn.planDue = true;
    }

    private static void ends(Turn turn, HostId host, Degradation known) {
        if (!known.counts()) {
            return;
        }
        turn.clear(known.reason(), subject(host, known));
        turn.tell(
                TimelineEntry.Severity.INFO,
                host,
                null,
                null,
                Message.HOST_PLANE_WELL,
                turn.name(host),
                known.arguments().get(1));
        turn.planDue = true;
    }

    private static String subject(HostId host, Degradation degradation) {
        return host.value() + "/" + Degradation.key(degradation.plane(), degradation.part());
    }

    /** A new leader knows from the alarms that stand what counted before it: it goes on counting until reports have been free of it for long enough. */
    static void restore(Turn turn) {
        for (Alarm alarm : turn.alarms.values()) {
            String[] subject = alarm.subject().split("/", 3);
            if (!ALARMS.contains(alarm.message()) || subject.length != 3) {
                continue;
            }
            HostId host = new HostId(subject[0]);
            if (!turn.hosts.containsKey(host)) {
                turn.clear(alarm.message(), alarm.subject());
                continue;
            }
            Evidence.Plane plane = Evidence.Plane.valueOf(subject[1]);
            Degradation counted = new Degradation(
                    plane, subject[2], alarm.message(), alarm.arguments(), turn.nanos(), turn.nanos(), true);
            turn.put(turn.health(host)
                    .withDegraded(turn.health(host).degraded().plus(Degradation.key(plane, subject[2]), counted)));
        }
    }

    /** A part of a plane that this VM uses is degraded on this host; the management network is none: no guest uses it. */
    static boolean concerns(HostHealth health, Vm vm) {
        return uses(health, vm, Degradation::counts);
    }

    /** Not even seen to be degraded at the moment: what leaves another host goes only to such a one. */
    static boolean sound(HostHealth health, Vm vm) {
        return !uses(health, vm, degradation -> true);
    }

    /** For long enough to move VMs away because of it. Trouble of the storage itself is seen by one host a little earlier than by the others: within this time it shows everywhere. */
    static boolean lasts(Turn turn, HostHealth health, Vm vm) {
        return uses(
                health,
                vm,
                degradation ->
                        degradation.counts() && turn.nanos() - degradation.firstNanos() >= EVACUATES_AFTER_NANOS);
    }

    private static boolean uses(HostHealth health, Vm vm, Predicate<Degradation> which) {
        for (Degradation degradation : health.degraded().values()) {
            boolean used = switch (degradation.plane()) {
                case STORAGE ->
                    vm.datastores().stream().anyMatch(store -> store.value().equals(degradation.part()));
                case BUSINESS -> vm.nics().stream().map(Nic::network).anyMatch(degradation.part()::equals);
                case MANAGEMENT, POWER -> false;
            };
            if (used && which.test(degradation)) {
                return true;
            }
        }
        return false;
    }
}
