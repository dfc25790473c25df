package io.holdfast.core.leadership;

/** What the shell has to do, in this order. {@code attempt} comes back in the result. */
public sealed interface LeadershipAction {

    /** Read the row (with {@code wsrep_sync_wait=1} on Galera, so that a lagging node doesn't show an old one). */
    record ReadRow(long attempt) implements LeadershipAction {}

    /**
     * One transaction: {@code update leadership set holder = ?, epoch = after.epoch, beat = after.beat where epoch = before.epoch and beat =
     * before.beat}. The condition on the beat is what makes a stale read harmless.
     */
    record TakeRow(long attempt, LeadershipRow before, LeadershipRow after) implements LeadershipAction {}

    /**
     * One transaction: {@code update leadership set beat = beat + 1 where holder = ? and epoch = ?}. The database must add, not this process: a
     * renewal that was committed without an answer, and its repetition, have to show two different beats, or a candidate would count the
     * still-stand from the first while the leader counts its age from the second.
     */
    record RenewRow(long attempt, String holder, long epoch) implements LeadershipAction {}

    /**
     * One transaction: {@code update leadership set holder = '', beat = beat + 1 where holder = ? and epoch = ?}. Comes only after {@link EndActing}:
     * whoever reads the row then takes it at once.
     */
    record ReleaseRow(long attempt, String holder, long epoch) implements LeadershipAction {}

    /** Lead under this epoch: load the state from the database, then act. */
    record BeginActing(long epoch) implements LeadershipAction {}

    /** Stop acting at once: nothing more may be sent or committed under this epoch. */
    record EndActing(long epoch, LeadershipEnd reason) implements LeadershipAction {}
}
