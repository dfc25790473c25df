package io.holdfast.supervisor;

/**
 * What the manager says about itself in {@code GET /api/v1/status}.
 *
 * @param role leader, standby or deposed
 */
public record ManagerAnswer(String role, long epoch) {

    public boolean leads() {
        return role.equals("leader");
    }
}
