package io.holdfast.supervisor;

import java.time.Duration;
import java.util.Optional;

/** What the shell has to do. Each is repeatable without harm. */
public sealed interface Action {

    /** End the service by force if it lives, then start it. For keepalived, take the VIP off the interface in between. */
    record Restart(Service service) implements Action {}

    /** End the database by force if it lives, wait until its process is gone, read its position from disk: {@link Observation.PositionRead}. */
    record EndAndReadPosition() implements Action {}

    /** Start the database, which is ended. */
    record StartDatabase(StartMode mode, Optional<Position> position) implements Action {}

    /** Flush the file system of the database's files: a state transfer doesn't do so itself. Answered by {@link Observation.MadeDurable}. */
    record MakeDurable() implements Action {}

    /** {@code SET GLOBAL wsrep_provider_options='pc.bootstrap=1'} on the running database; only on an operator's order. */
    record PromoteComponent() implements Action {}

    /** Ask this node's manager to hand the leadership over: the VIP can't be where it leads. Nothing more than a request. */
    record HandOver(String cause) implements Action {}

    /**
     * For so long go on answering what still arrives for the VIP after it has left, without being found under it: a client whose packet was on its way
     * gets an answer or a refusal at once, and not a silence that ends with its own time limit. Comes just before the VIP leaves.
     */
    record AnswerLate(Duration howLong) implements Action {}

    /** Write 0 (may hold the VIP) or 1 into the file that keepalived tracks. */
    record WriteHealth(boolean healthy, String cause) implements Action {}

    /** Something that people should be able to read later. */
    record Note(String text) implements Action {}
}
