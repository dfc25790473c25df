package io.holdfast.supervisor;

import java.time.Duration;
import java.util.Optional;

/**
 * What a supervisor tells its peer. Durations are measured by the teller's own monotonic clock; no instant is exchanged.
 *
 * @param name the teller's node
 * @param fit whether all its services could serve through the VIP, keepalived included
 * @param holdsVip whether the VIP is on its interface
 * @param role its manager's role as its manager says: leader, standby, deposed; empty when it doesn't answer
 * @param epoch its manager's epoch
 * @param primary whether its database is in a primary component and answers
 * @param notPrimaryFor how long it hasn't been
 * @param laidOpen its database process is ended by its supervisor and stays so, and {@code position} has been read afterwards
 * @param position how far its copy has come, as far as is known
 */
public record PeerReport(
        String name,
        boolean fit,
        boolean holdsVip,
        Optional<String> role,
        long epoch,
        boolean primary,
        Duration notPrimaryFor,
        boolean laidOpen,
        Optional<Position> position) {}
