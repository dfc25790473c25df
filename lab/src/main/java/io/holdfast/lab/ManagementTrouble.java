package io.holdfast.lab;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What {@code lab bench management} does to the pair, and what must hold then (issue 4's table).
 *
 * <p>Limits are for the longest pause of acknowledged writes after the fault, in milliseconds.
 */
enum ManagementTrouble {
    SWITCH_OVER(500, "planned switch-over"),
    POWER_CUT(3_500, "power cut of the active node"),
    MANAGER_KILL(4_000, "manager's process of the active node killed"),
    MANAGER_STOP(4_000, "manager's process of the active node hung"),
    CONSOLE_KILL(4_000, "listener of console and REST closed on the active node"),
    DATABASE_KILL(4_000, "database of the active node killed"),
    KEEPALIVED_KILL(4_000, "keepalived of the active node killed"),
    SUPERVISOR_KILL(4_000, "supervisor of the active node killed"),
    CUT_OFF(6_000, "active node cut off from peer and arbiter"),
    CUT_OFF_PEER(6_000, "active node cut off from its peer only"),
    CABLE_OUT(6_000, "network of the VIP down on the active node"),
    STANDBY_POWER_CUT(1_500, "power cut of the standby"),
    ARBITER_POWER_CUT(1_500, "power cut of the arbiter"),
    STANDBY_DISK_LOST(1_500, "power cut of the standby, which comes back with an empty disk"),
    HOST_ALONE(1_000, "a hypervisor host alone loses power, to compare with the next"),
    NODE_AND_HOST(3_500, "active node and a hypervisor host lose power in the same instant"),
    BOTH_LOSE_POWER(120_000, "both nodes lose power, one after the other, and come back"),
    ALL_LOSE_POWER(120_000, "both nodes and the arbiter lose power in one of 12 orders, and come back");

    private final long limitMillis;
    private final String meaning;

    ManagementTrouble(long limitMillis, String meaning) {
        this.limitMillis = limitMillis;
        this.meaning = meaning;
    }

    /** Its name, for example {@code power-cut}. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The most that the pause of writes may be, in ms. */
    long limitMillis() {
        return limitMillis;
    }

    /** In a few words. */
    String meaning() {
        return meaning;
    }

    /** The most that a machine that comes back afterwards may need until it is in sync, in ms. */
    long inSyncLimitMillis() {
        return takesADisk() ? 30_000 : 10_000;
    }

    /** Whether a node's disk is lost with it, so that it needs a full copy of the database. */
    boolean takesADisk() {
        return this == STANDBY_DISK_LOST;
    }

    /** Whether a machine has to come back afterwards, which is measured too. */
    boolean takesAMachine() {
        return switch (this) {
            case POWER_CUT, STANDBY_POWER_CUT, ARBITER_POWER_CUT, STANDBY_DISK_LOST, NODE_AND_HOST -> true;
            default -> false;
        };
    }

    /** Whether the product puts it right by itself, so that nothing has to be repaired before the pair is well again. */
    boolean healsByItself() {
        return switch (this) {
            case SWITCH_OVER,
                    MANAGER_KILL,
                    MANAGER_STOP,
                    CONSOLE_KILL,
                    DATABASE_KILL,
                    KEEPALIVED_KILL,
                    SUPERVISOR_KILL,
                    HOST_ALONE -> true;
            default -> false;
        };
    }

    /** Whether a hypervisor host loses its power. */
    boolean takesAHost() {
        return this == HOST_ALONE || this == NODE_AND_HOST;
    }

    /** Whether both nodes lose their power: then the pause of writes is counted from the last power-on. */
    boolean takesThePairDown() {
        return this == BOTH_LOSE_POWER || this == ALL_LOSE_POWER;
    }

    /** By its name. @throws LabException naming the ones there are */
    static ManagementTrouble named(String word) {
        return Arrays.stream(values())
                .filter(one -> one.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new LabException("--fault " + word + ": there are: "
                        + Arrays.stream(values()).map(ManagementTrouble::word).collect(Collectors.joining(", "))));
    }

    /** The fault of the lab that it is, done to this node, for those that are one fault of one node. */
    Optional<Fault.Call> call(ManagementMachine node) {
        Optional<Fault> fault = switch (this) {
            case POWER_CUT, NODE_AND_HOST, STANDBY_POWER_CUT, ARBITER_POWER_CUT, STANDBY_DISK_LOST ->
                Optional.of(Fault.POWER_CUT);
            case MANAGER_KILL -> Optional.of(Fault.MANAGER_KILL);
            case MANAGER_STOP -> Optional.of(Fault.MANAGER_STOP);
            case CONSOLE_KILL -> Optional.of(Fault.CONSOLE_KILL);
            case DATABASE_KILL -> Optional.of(Fault.DATABASE_KILL);
            case KEEPALIVED_KILL -> Optional.of(Fault.KEEPALIVED_KILL);
            case SUPERVISOR_KILL -> Optional.of(Fault.SUPERVISOR_KILL);
            case CUT_OFF -> Optional.of(Fault.CUT_OFF);
            case CUT_OFF_PEER -> Optional.of(Fault.CUT_OFF_PEER);
            case CABLE_OUT -> Optional.of(Fault.CABLE_OUT);
            case SWITCH_OVER, HOST_ALONE, BOTH_LOSE_POWER, ALL_LOSE_POWER -> Optional.empty();
        };
        return fault.map(one -> new Fault.Call(
                one,
                Optional.of(node.name()),
                one == Fault.CABLE_OUT ? Optional.of(Network.MANAGEMENT) : Optional.empty()));
    }

    /** All that {@code --fault} may name. */
    static List<ManagementTrouble> all() {
        return List.of(values());
    }
}
