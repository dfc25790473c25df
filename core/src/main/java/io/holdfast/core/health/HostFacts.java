package io.holdfast.core.health;

import io.holdfast.core.inventory.HostId;

/**
 * What a decision may need of a host after it has gone silent and the manager was restarted: durable, written when it changes (once per boot, as a rule).
 *
 * @param watchdogArmed in its last report; without it there is no {@code LeaseExpired} proof (safety argument, section 4)
 * @param bootId boot in which it last reported
 */
public record HostFacts(
        HostId host,
        String bootId,
        int cpuCores,
        long memoryBytes,
        String accelerator,
        String agentVersion,
        boolean watchdogArmed,
        int watchdogTimeoutMillis) {}
