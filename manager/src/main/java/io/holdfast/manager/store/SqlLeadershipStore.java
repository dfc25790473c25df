package io.holdfast.manager.store;

import static io.holdfast.manager.schema.Tables.LEADERSHIP;

import io.holdfast.core.leadership.LeadershipRow;
import java.time.Duration;
import org.jooq.Condition;
import org.jooq.UpdateSetMoreStep;

/**
 * The leadership row on SQL, through a connection of its own: a renewal must not queue behind the ledger's transactions.
 *
 * <p>A row of {@link #CLOSED_EPOCH} can't be read by it, so nobody takes it: the first migration writes it, the ones after it and the copy of a
 * state are still to come. {@link DatabaseCopy} opens it as its last act.
 */
public final class SqlLeadershipStore implements LeadershipStore {
    /** Of a row on whose database nobody leads yet. */
    public static final long CLOSED_EPOCH = 0;

    private static final int ROW = 1;

    private final Session session;
    private final Session glimpses;

    /** @param answerLimit of one call; should be above the database's longest write pause, or each pause costs a new connection */
    public SqlLeadershipStore(Database database, Duration answerLimit) {
        this.session = new Session(database, answerLimit);
        this.glimpses = new Session(database.unsynchronized(), answerLimit);
    }

    @Override
    public LeadershipRow read() {
        return row(session);
    }

    @Override
    public LeadershipRow glimpse() {
        return row(glimpses);
    }

    private static LeadershipRow row(Session session) {
        LeadershipRow read = session.run(query -> query.selectFrom(LEADERSHIP)
                .where(LEADERSHIP.ID.eq(ROW))
                .fetchSingle(row -> new LeadershipRow(row.getHolder(), row.getEpoch(), row.getBeat())));
        if (read.epoch() == CLOSED_EPOCH) {
            throw new StorageException(
                    "The database is being set up: nobody leads on it before its state is complete (ha enable, or holdfast-manager migrate)",
                    new IllegalStateException("epoch " + CLOSED_EPOCH));
        }
        return read;
    }

    @Override
    public boolean take(LeadershipRow before, LeadershipRow after) {
        return session.run(query -> query.update(LEADERSHIP)
                        .set(LEADERSHIP.HOLDER, after.holder())
                        .set(LEADERSHIP.EPOCH, after.epoch())
                        .set(LEADERSHIP.BEAT, after.beat())
                        .where(LEADERSHIP.ID.eq(ROW))
                        .and(LEADERSHIP.EPOCH.eq(before.epoch()))
                        .and(LEADERSHIP.BEAT.eq(before.beat()))
                        .execute()
                == 1);
    }

    @Override
    public boolean renew(String holder, long epoch) {
        return session.run(query -> {
            UpdateSetMoreStep<?> beat = query.update(LEADERSHIP).set(LEADERSHIP.BEAT, LEADERSHIP.BEAT.plus(1L));
            return beat.where(heldBy(holder, epoch)).execute() == 1;
        });
    }

    @Override
    public boolean release(String holder, long epoch) {
        return session.run(query -> {
            UpdateSetMoreStep<?> beat = query.update(LEADERSHIP).set(LEADERSHIP.BEAT, LEADERSHIP.BEAT.plus(1L));
            return beat.set(LEADERSHIP.HOLDER, "").where(heldBy(holder, epoch)).execute() == 1;
        });
    }

    private static Condition heldBy(String holder, long epoch) {
        return LEADERSHIP.ID.eq(ROW).and(LEADERSHIP.HOLDER.eq(holder)).and(LEADERSHIP.EPOCH.eq(epoch));
    }

    @Override
    public void close() {
        glimpses.close();
        session.close();
    }
}
