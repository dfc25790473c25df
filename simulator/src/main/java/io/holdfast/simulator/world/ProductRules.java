package io.holdfast.simulator.world;

import io.holdfast.agent.rule.LeaseRule;
import io.holdfast.agent.rule.LeaseTimes;
import io.holdfast.agent.rule.ObserverRule;
import io.holdfast.core.Core;
import io.holdfast.core.Durable;
import io.holdfast.core.Event;
import io.holdfast.core.State;
import io.holdfast.core.Step;
import io.holdfast.core.health.PowerState;

/**
 * The product's rules as the simulator calls them. Everything here is a plain call of the real class; the tests replace single methods to
 * show that the simulator finds a broken rule.
 */
public class ProductRules {
    /** The product's rules. */
    public static final ProductRules REAL = new ProductRules();

    protected ProductRules() {}

    /** The decider. */
    public Step step(State state, Event event) {
        return Core.step(state, event);
    }

    public LeaseRule acknowledged(LeaseRule rule, long generation, long startNanos, long nowNanos) {
        return rule.renewAcknowledged(generation, startNanos, nowNanos);
    }

    public LeaseRule.Duty duty(LeaseRule rule, boolean vmsAlive, long nowNanos) {
        return rule.duty(vmsAlive, nowNanos);
    }

    /** After a restart of the agent in the same boot. */
    public LeaseRule restored(LeaseTimes times, long generation, long lastStartNanos, long nowNanos) {
        return LeaseRule.restored(times, generation, lastStartNanos, nowNanos);
    }

    public ObserverRule<SlotContent> observed(
            ObserverRule<SlotContent> rule, SlotContent content, long start, long end) {
        return rule.read(content, start, end);
    }

    /** The observer's own lease was held. */
    public boolean observerHeld(LeaseRule rule, long nowNanos) {
        return rule.held(nowNanos);
    }

    /** May a command of this epoch be obeyed. */
    public boolean epochAccepted(long epoch, long highest) {
        return epoch >= highest;
    }

    public boolean generationAccepted(long asked, long present, boolean held) {
        return asked == present && held;
    }

    public boolean runAccepted(long run, long endedRun) {
        return run > endedRun;
    }

    /** @param own the ownership record shows this host */
    public boolean ownerAccepted(long run, long shown, boolean own) {
        return shown < run || (shown == run && own);
    }

    /** Whether the target of a live migration lets the guest run as soon as its memory is there. */
    public boolean targetRunsByItself() {
        return false;
    }

    /** Whether an agent says that a run was handed over only when it has seen so. */
    public boolean handOverMustBeCertain() {
        return true;
    }

    /** Whether a storage carries out orders about a host in the order of their operations only. */
    public boolean storageObeysInOrder() {
        return true;
    }

    /** What the manager is told of a BMC's answer. */
    public PowerState power(PowerState read) {
        return read;
    }

    /** What a manager reads when it starts or takes over. */
    public Durable read(Durable durable) {
        return durable;
    }

    /** How long a slot has been unchanged. */
    public long unchangedNanos(ObserverRule<SlotContent> rule, long nowNanos) {
        return rule.unchangedNanos();
    }

    /** Whether commands wait for a commit that was acknowledged. */
    public boolean journalFirst() {
        return true;
    }

    /** Whether an operator is told "done" only after the commit. */
    public boolean acknowledgesAfterCommit() {
        return true;
    }

    /** Whether the leadership row is compared with the transaction's epoch. */
    public boolean rowChecked() {
        return true;
    }

    /** Whether ends of runs survive a restart of the agent. */
    public boolean endsRemembered() {
        return true;
    }

    /** Whether the epoch survives a restart of the agent. */
    public boolean epochRemembered() {
        return true;
    }
}
