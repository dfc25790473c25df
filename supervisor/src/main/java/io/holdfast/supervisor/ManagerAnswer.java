package io.holdfast.supervisor;

import java.util.Optional;

/**
 * What the manager says about itself in {@code GET /api/v1/status}.
 *
 * @param role leader, standby or deposed
 * @param leader the node that leads, as the manager sees it by the lease row; empty while nobody does
 * @param leaderSeenMillis how long ago the manager saw that node renew its lease
 * @param lastLeader the node that led last as far as the manager has seen, however long ago; this one too
 * @param handedOver it has just given the leadership up on request (the manager says so for two leases) and hasn't led since
 */
public record ManagerAnswer(
        String role,
        long epoch,
        Optional<String> leader,
        long leaderSeenMillis,
        Optional<String> lastLeader,
        boolean handedOver) {

    public boolean leads() {
        return role.equals("leader");
    }
}
