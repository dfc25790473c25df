package io.holdfast.simulator.fault;

import java.util.Arrays;
import java.util.Locale;

/** What can be done to the world. The same names are used by the lab where it can do the same. */
public enum FaultKind {
    /** A host loses its power; its BMC lives on. */
    POWER_OFF(Target.HOST, 5, 60),
    /** A host loses its power, and its BMC with it. */
    POWER_CUT(Target.HOST, 5, 60),
    HOST_RESET(Target.HOST, 0, 0),
    /** The whole machine stands still; its watchdog does not. */
    HOST_FROZEN(Target.HOST, 1, 40),
    BMC_DEAD(Target.HOST, 10, 90),
    /** The BMC shows the power state of a while ago. */
    BMC_LAGGING(Target.HOST, 10, 90),
    /** The BMC gives one wrong answer. */
    BMC_LIES(Target.HOST, 0, 0),
    /** The BMC accepts power-off and does nothing. */
    BMC_LAZY(Target.HOST, 10, 90),
    MANAGEMENT_CUT(Target.HOST, 1, 60),
    MANAGEMENT_CUT_IN(Target.HOST, 1, 60),
    MANAGEMENT_CUT_OUT(Target.HOST, 1, 60),
    MANAGEMENT_SLOW(Target.HOST, 5, 60),
    /** The connections between agent and managers break again and again, and lose what is under way; probes of this host are lost. */
    MANAGEMENT_LOSSY(Target.HOST, 5, 60),
    /** A host and one of the managers do not reach each other. */
    HOST_UNSEEN(Target.HOST, 5, 60),
    /** Two hosts do not reach each other. */
    HOSTS_APART(Target.HOST, 5, 60),
    STORAGE_CUT(Target.HOST, 1, 60),
    /** Writes arrive, acknowledgements do not. */
    STORAGE_SILENT(Target.HOST, 1, 60),
    STORAGE_SLOW(Target.HOST, 5, 60),
    /** Some writes arrive a second time, up to 5 s later, over whatever was written meanwhile. */
    STORAGE_REPEATS(Target.HOST, 5, 60),
    /** A datastore answers nobody. */
    STORAGE_STALLED(Target.DATASTORE, 1, 30),
    /** Orders to a storage to refuse a host, or not any more, are lost, or carried out without an answer. */
    STORAGE_CONTROL_DEAD(Target.DATASTORE, 5, 60),
    /** They and their answers take up to 20 s each, and overtake each other. */
    STORAGE_CONTROL_SLOW(Target.DATASTORE, 10, 90),
    BUSINESS_CUT(Target.HOST, 1, 60),
    AGENT_KILLED(Target.HOST, 0, 0),
    AGENT_STOPPED(Target.HOST, 1, 40),
    VM_KILLED(Target.VM, 0, 0),
    GUEST_SHUT_DOWN(Target.VM, 0, 0),
    /** A VM's process sleeps uninterruptibly: SIGKILL does not end it. */
    VM_STUCK(Target.VM, 10, 60),
    /** The VM is moved live, and the connection breaks in the last phase. */
    MIGRATION_BREAKS(Target.VM, 0, 0),
    MANAGER_KILLED(Target.MANAGER, 1, 20),
    MANAGER_STOPPED(Target.MANAGER, 1, 40),
    MANAGER_DIES_BEFORE_COMMIT(Target.MANAGER, 0, 0),
    MANAGER_DIES_AFTER_COMMIT(Target.MANAGER, 0, 0),
    /** It stands still between a decision and its commit: the commit comes late. */
    MANAGER_STOPS_BEFORE_COMMIT(Target.MANAGER, 5, 40),
    /** It stands still between a commit and its commands. */
    MANAGER_STOPS_AFTER_COMMIT(Target.MANAGER, 5, 40),
    /** It stands still after it has made sure that it leads, and sends its commands then. */
    MANAGER_STOPS_BEFORE_SENDING(Target.MANAGER, 5, 40),
    MANAGER_POWER_OFF(Target.MANAGER, 5, 60),
    MANAGER_CUT(Target.MANAGER, 1, 40),
    MANAGERS_APART(Target.NONE, 1, 40),
    /** Both managers lose every host; managers and arbiter still reach each other. */
    MANAGER_SIDE_CUT(Target.NONE, 1, 40),
    ARBITER_DOWN(Target.NONE, 5, 60),
    /** The database commits and the answer is lost. */
    COMMIT_ANSWER_LOST(Target.MANAGER, 0, 0),
    /** The connection to the database breaks in the middle of a transaction, which is committed up to 20 s later, or is not. */
    COMMIT_LANDS_LATE(Target.MANAGER, 0, 0),
    /** Commands to agents and storages arrive a second time, up to 20 s late. */
    COMMANDS_REPEATED(Target.NONE, 10, 90),
    OPERATOR_STOPS(Target.VM, 1, 60),
    OPERATOR_DISABLES(Target.HOST, 5, 60),
    OPERATOR_MAINTENANCE(Target.HOST, 5, 60),
    OPERATOR_MOVES(Target.VM, 0, 0),
    OPERATOR_MOVES_COLD(Target.VM, 0, 0),
    /** An operator asks for an orderly reboot, and resets the host at the end whether it is empty or not. */
    OPERATOR_REBOOTS(Target.HOST, 5, 60),
    /** A person states, truly, that a host is off; a look and a word take a quarter of a second. */
    OPERATOR_CONFIRMS(Target.HOST, 0, 0),
    OPERATOR_FREEZES_HA(Target.NONE, 5, 40);

    /** What it is done to. */
    public enum Target {
        HOST,
        VM,
        DATASTORE,
        MANAGER,
        NONE
    }

    private final Target target;
    private final int minimumSeconds;
    private final int maximumSeconds;

    FaultKind(Target target, int minimumSeconds, int maximumSeconds) {
        this.target = target;
        this.minimumSeconds = minimumSeconds;
        this.maximumSeconds = maximumSeconds;
    }

    public Target target() {
        return target;
    }

    public int minimumSeconds() {
        return minimumSeconds;
    }

    /** 0: it happens at one instant. */
    public int maximumSeconds() {
        return maximumSeconds;
    }

    /**
     * While it lasts nothing happens by itself once the cluster is quiet: such time is skipped as quiet time is. Not so where every second may bring something: slow or cut paths,
     * leases that run out.
     */
    public boolean stands() {
        return switch (this) {
            case STORAGE_CUT,
                    STORAGE_SILENT,
                    STORAGE_SLOW,
                    STORAGE_STALLED,
                    STORAGE_REPEATS,
                    MANAGEMENT_LOSSY,
                    MANAGEMENT_SLOW,
                    MANAGER_SIDE_CUT,
                    HOST_FROZEN,
                    AGENT_STOPPED -> false;
            default -> true;
        };
    }

    /** As it is written in options and schedules. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Reads what {@link #text} wrote. */
    public static FaultKind parse(String text) {
        for (FaultKind kind : values()) {
            if (kind.text().equals(text)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("there is no fault \"" + text + "\"; known faults: "
                + String.join(", ", Arrays.stream(values()).map(FaultKind::text).toList()));
    }
}
