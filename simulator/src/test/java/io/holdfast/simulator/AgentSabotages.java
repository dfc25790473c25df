package io.holdfast.simulator;

import io.holdfast.agent.rule.LeaseRule;
import io.holdfast.agent.rule.LeaseTimes;
import io.holdfast.agent.rule.ObserverRule;
import io.holdfast.simulator.world.ProductRules;
import io.holdfast.simulator.world.SlotContent;

/** Broken rules of agents. */
final class AgentSabotages {
    private AgentSabotages() {}

    static final class CountFromAcknowledgement extends ProductRules {
        @Override
        public LeaseRule acknowledged(LeaseRule rule, long generation, long startNanos, long nowNanos) {
            return super.acknowledged(rule, generation, nowNanos, nowNanos);
        }
    }

    static final class ReviveLate extends ProductRules {
        @Override
        public LeaseRule acknowledged(LeaseRule rule, long generation, long startNanos, long nowNanos) {
            return generation == rule.generation()
                    ? new LeaseRule(rule.times(), LeaseRule.Phase.HELD, generation, nowNanos)
                    : rule;
        }

        /** And the kill is forgotten, as it would be if the lease were asked again at the end of a slow kill. */
        @Override
        public LeaseRule.Duty duty(LeaseRule rule, boolean vmsAlive, long nowNanos) {
            return new LeaseRule.Duty(false, rule.duty(vmsAlive, nowNanos).feedWatchdog());
        }
    }

    static final class NeverKill extends ProductRules {
        @Override
        public LeaseRule.Duty duty(LeaseRule rule, boolean vmsAlive, long nowNanos) {
            return new LeaseRule.Duty(false, true);
        }
    }

    /** Shows only with a process that cannot die. */
    static final class FeedAlways extends ProductRules {
        @Override
        public LeaseRule.Duty duty(LeaseRule rule, boolean vmsAlive, long nowNanos) {
            return new LeaseRule.Duty(rule.duty(vmsAlive, nowNanos).kill(), true);
        }
    }

    static final class KeepOverRestart extends ProductRules {
        @Override
        public LeaseRule restored(LeaseTimes times, long generation, long lastStartNanos, long nowNanos) {
            return super.restored(times, generation, nowNanos, nowNanos);
        }
    }

    static final class CountWithoutReading extends ProductRules {
        @Override
        public long unchangedNanos(ObserverRule<SlotContent> rule, long nowNanos) {
            return nowNanos - rule.firstSeenNanos();
        }

        @Override
        public boolean observerHeld(LeaseRule rule, long nowNanos) {
            return true;
        }
    }

    static final class IgnoreChanges extends ProductRules {
        @Override
        public ObserverRule<SlotContent> observed(
                ObserverRule<SlotContent> rule, SlotContent content, long start, long end) {
            SlotContent before = rule.value();
            boolean same = before != null && before.generation() == content.generation();
            return same
                    ? new ObserverRule<>(content, rule.firstSeenNanos(), start - rule.firstSeenNanos())
                    : super.observed(rule, content, start, end);
        }
    }

    static final class AnyEpoch extends ProductRules {
        @Override
        public boolean epochAccepted(long epoch, long highest) {
            return true;
        }
    }

    static final class ForgetEpoch extends ProductRules {
        @Override
        public boolean epochRemembered() {
            return false;
        }
    }

    static final class AnyGeneration extends ProductRules {
        @Override
        public boolean generationAccepted(long asked, long present, boolean held) {
            return true;
        }
    }

    /** Ended runs and the ownership record cover each other: both are broken. */
    static final class EndedRuns extends ProductRules {
        @Override
        public boolean runAccepted(long run, long endedRun) {
            return true;
        }

        @Override
        public boolean ownerAccepted(long run, long shown, boolean own) {
            return true;
        }
    }

    /** As a hypervisor alone would do it: the guest runs at the target as soon as its memory is there. */
    static final class RunsByItself extends ProductRules {
        @Override
        public boolean targetRunsByItself() {
            return true;
        }
    }

    /** A process that was being handed over and is gone when the agent comes back counts as handed over. */
    static final class GoneIsHandedOver extends ProductRules {
        @Override
        public boolean handOverMustBeCertain() {
            return false;
        }
    }

    /** The storage carries out what comes last. */
    static final class LateOrders extends ProductRules {
        @Override
        public boolean storageObeysInOrder() {
            return false;
        }
    }
}
