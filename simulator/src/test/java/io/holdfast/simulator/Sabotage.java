package io.holdfast.simulator;

import static io.holdfast.simulator.fault.FaultKind.*;

import io.holdfast.core.inventory.LeaseProfile;
import io.holdfast.simulator.fault.FaultKind;
import io.holdfast.simulator.world.ProductRules;
import java.util.List;
import java.util.function.Supplier;

/**
 * Rules of the product that are broken on purpose, each in one place outside the product's classes: the simulator must find every one.
 *
 * <p>Where two defences cover each other (a start command is refused by generation and by ended run, say), breaking one is harmless by design; then a
 * sabotage breaks both, and its name says so.
 */
enum Sabotage {
    // The agent's lease.
    COUNT_LEASE_FROM_ACKNOWLEDGEMENT(
            AgentSabotages.CountFromAcknowledgement::new, STORAGE_SILENT, STORAGE_CUT, VM_STUCK, HOST_FROZEN),
    REVIVE_LATE_ACKNOWLEDGEMENT(AgentSabotages.ReviveLate::new, STORAGE_SLOW, STORAGE_CUT),
    NEVER_KILL_AND_FEED_ALWAYS(AgentSabotages.NeverKill::new),
    FEED_WATCHDOG_ALWAYS(AgentSabotages.FeedAlways::new),
    KEEP_LEASE_OVER_AGENT_RESTART_WHATEVER_ITS_AGE(
            AgentSabotages.KeepOverRestart::new, STORAGE_CUT, AGENT_KILLED, VM_STUCK, MANAGEMENT_CUT),
    // The observer.
    OBSERVER_COUNTS_WITHOUT_READING(
            AgentSabotages.CountWithoutReading::new, STORAGE_CUT, STORAGE_SILENT, MANAGEMENT_CUT, AGENT_STOPPED),
    OBSERVER_IGNORES_CHANGES(AgentSabotages.IgnoreChanges::new),
    // What an agent obeys.
    OBEY_ANY_EPOCH(AgentSabotages.AnyEpoch::new),
    FORGET_EPOCH_AT_RESTART(
            AgentSabotages.ForgetEpoch::new, COMMANDS_REPEATED, AGENT_KILLED, MANAGER_KILLED, VM_KILLED),
    START_ANY_GENERATION(AgentSabotages.AnyGeneration::new),
    START_ENDED_RUNS(AgentSabotages.EndedRuns::new, COMMANDS_REPEATED, OPERATOR_STOPS),
    // The leadership row and the journal.
    TRANSACTIONS_WITHOUT_LEADERSHIP_ROW(
            CoreSabotages.NoRow::new, MANAGER_STOPPED, VM_KILLED, HOST_RESET, AGENT_KILLED, POWER_OFF),
    COMMAND_BEFORE_COMMIT(
            CoreSabotages.CommandFirst::new,
            MANAGER_DIES_BEFORE_COMMIT,
            VM_KILLED,
            HOST_RESET,
            POWER_OFF,
            MANAGEMENT_CUT),
    ACKNOWLEDGE_BEFORE_COMMIT(
            CoreSabotages.AcknowledgeFirst::new, MANAGER_DIES_BEFORE_COMMIT, OPERATOR_STOPS, OPERATOR_DISABLES),
    NEW_LEADER_FORGETS_ENDS(CoreSabotages.ForgetEnds::new),
    // Proofs.
    TRUST_FIRST_BMC_ANSWER(CoreSabotages.FirstAnswer::new),
    SILENT_BMC_MEANS_OFF(CoreSabotages.SilentBmc::new),
    ACCEPTED_POWER_OFF_MEANS_OFF(
            CoreSabotages.AcceptedMeansOff::new, BMC_LAZY, HOST_FROZEN, AGENT_STOPPED, STORAGE_CUT, MANAGEMENT_CUT),
    BROKEN_CONNECTION_MEANS_ENDED(CoreSabotages.DisconnectedEnded::new),
    AGENT_RESTART_MEANS_REBOOT(CoreSabotages.RestartIsReboot::new),
    LEASE_EXPIRES_THREE_TIMES_TOO_EARLY(CoreSabotages.EarlyExpiry::new),
    EXPIRY_OF_ANY_GENERATION(CoreSabotages.AnyExpiry::new),
    IGNORE_ONE_DISK(CoreSabotages.IgnoreDisk::new),
    ACCEPTED_STOP_MEANS_ENDED(CoreSabotages.StopIsEnded::new),
    // Detection, placement, recovery.
    IGNORE_MUST_RULES(CoreSabotages.NoRules::new),
    LOST_STARTS_ARE_NOT_SENT_AGAIN(CoreSabotages.NoResend::new, MANAGER_DIES_AFTER_COMMIT, VM_KILLED, HOST_RESET),
    // Live migration.
    GUEST_RUNS_BEFORE_ITS_HAND_OVER_IS_COMMITTED(CoreSabotages.ResumeBeforeHandOver::new),
    TARGET_LETS_THE_GUEST_RUN_BY_ITSELF(AgentSabotages.RunsByItself::new),
    ANY_END_OF_THE_SOURCE_COUNTS_AS_HAND_OVER(
            CoreSabotages.AnyEndIsHandOver::new, MIGRATION_BREAKS, AGENT_KILLED, MANAGER_KILLED),
    GONE_AT_AGENT_RESTART_COUNTS_AS_HAND_OVER(AgentSabotages.GoneIsHandedOver::new, MIGRATION_BREAKS, AGENT_KILLED),
    HIGHEST_RUN_FORGOTTEN(
            CoreSabotages.ForgetHighestRun::new, MIGRATION_BREAKS, MANAGER_KILLED, VM_KILLED, OPERATOR_MOVES),
    NEW_LEADER_FORGETS_MOVES(
            CoreSabotages.ForgetMoves::new, OPERATOR_MOVES, MANAGER_KILLED, MANAGER_STOPPED, MIGRATION_BREAKS),
    LOST_MOVES_ARE_NOT_SENT_AGAIN(
            CoreSabotages.NoResendOfMoves::new, OPERATOR_MOVES, MANAGER_DIES_AFTER_COMMIT, MANAGEMENT_LOSSY),
    // Lock-out.
    LOCK_OUT_BELIEVED_BEFORE_THE_ANSWER(
            CoreSabotages.LockOutBelieved::new, HOST_FROZEN, STORAGE_CONTROL_DEAD, STORAGE_CONTROL_SLOW),
    STORAGE_OBEYS_LATE_ORDERS(AgentSabotages.LateOrders::new, STORAGE_CONTROL_SLOW, HOST_FROZEN, VM_STUCK),
    LOCKED_OUT_HOST_IS_NEVER_LET_IN(CoreSabotages.NeverLetIn::new),
    EXPIRY_BELIEVED_WHERE_OPERATIONS_MAY_WAIT(CoreSabotages.ExpiryAlwaysProves::new);

    private final Supplier<ProductRules> rules;
    private final List<FaultKind> faults;

    /** @param faults those under which it shows; none: all */
    Sabotage(Supplier<ProductRules> rules, FaultKind... faults) {
        this.rules = rules;
        this.faults = faults.length == 0 ? List.of(FaultKind.values()) : List.of(faults);
    }

    /** Fresh, for one history. */
    ProductRules rules() {
        return rules.get();
    }

    /** Histories in which it shows: with the faults that it needs, and for mistakes in the age of a lease with times that make them weigh. */
    Options options() {
        boolean oneVm = this == START_ENDED_RUNS || this == GONE_AT_AGENT_RESTART_COUNTS_AS_HAND_OVER;
        LeaseProfile profile = switch (this) {
            case COUNT_LEASE_FROM_ACKNOWLEDGEMENT -> History.PATIENT;
            case REVIVE_LATE_ACKNOWLEDGEMENT -> LeaseProfile.FAST;
            default -> null;
        };
        return new Options(this == STORAGE_OBEYS_LATE_ORDERS ? 2 : 3, oneVm ? 1 : 5, faults, profile);
    }
}
