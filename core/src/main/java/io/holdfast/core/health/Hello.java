package io.holdfast.core.health;

/**
 * First message of an agent on a new connection.
 *
 * @param bootId identity of this boot of the host
 * @param agentStart counts the starts of the agent process in this boot, from 1
 * @param accelerator KVM or TCG
 */
public record Hello(
        String bootId,
        long agentStart,
        String version,
        long highestEpoch,
        int cpuCores,
        long memoryBytes,
        String accelerator) {}
