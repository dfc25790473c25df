package io.holdfast.supervisor;

import java.util.Optional;

/** What the database's probe saw. */
public sealed interface DatabaseView {

    /** No process. */
    record Stopped() implements DatabaseView {}

    /** A process, but no answer: starting, waiting for a component, receiving a full copy, or hung. */
    record NoAnswer() implements DatabaseView {}

    /**
     * It answers.
     *
     * @param primary whether it is in a primary component ({@code wsrep_cluster_status})
     * @param ready {@code wsrep_ready}
     * @param localState {@code wsrep_local_state}: 1 joining, 2 donor, 3 joined, 4 synced
     * @param position history and last committed write set; empty when the history isn't known
     * @param members {@code wsrep_cluster_size}, the arbiter included
     * @param queued write sets received and not yet applied ({@code wsrep_local_recv_queue})
     */
    record Answering(
            boolean primary, boolean ready, int localState, Optional<Position> position, int members, int queued)
            implements DatabaseView {

        /** In the primary component, ready, and with all data: synced, or just giving another node a copy. */
        public boolean serves() {
            return primary && ready && (localState == 4 || localState == 2);
        }

        public boolean synced() {
            return primary && ready && localState == 4;
        }
    }

    /** In short, for people. */
    default String describe() {
        return switch (this) {
            case Stopped() -> "stopped";
            case NoAnswer() -> "no answer";
            case Answering answering ->
                "%s, %s, %d members, %d write sets queued"
                        .formatted(
                                answering.primary() ? "primary" : "not primary",
                                switch (answering.localState()) {
                                    case 1 -> "joining";
                                    case 2 -> "donor";
                                    case 3 -> "joined";
                                    case 4 -> "synced";
                                    default -> "state " + answering.localState();
                                },
                                answering.members(),
                                answering.queued());
        };
    }
}
