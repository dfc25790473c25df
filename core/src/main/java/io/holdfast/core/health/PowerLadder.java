package io.holdfast.core.health;

import io.holdfast.core.OperationId;
import org.jspecify.annotations.Nullable;

/**
 * The questions to a suspect host's BMC. Instants are monotonic nanoseconds, 0 where not yet.
 *
 * @param asked the read that has not been answered yet, or null
 * @param askedNanos when the latest read was asked
 * @param last the latest answer, or null
 * @param answeredNanos when it came
 * @param firstOffAskedNanos when the first of an unbroken row of reads that said off was asked; 0: the last did not say off
 * @param offReads how many reads in that row
 * @param offCommand the forced power-off that was sent last, or null
 * @param offSentNanos when it was sent
 * @param offAcceptedNanos when the BMC had carried it out; 0: not
 */
public record PowerLadder(
        @Nullable OperationId asked,
        long askedNanos,
        @Nullable PowerState last,
        long answeredNanos,
        long firstOffAskedNanos,
        int offReads,
        @Nullable OperationId offCommand,
        long offSentNanos,
        long offAcceptedNanos) {
    /** Nothing asked yet. */
    public static final PowerLadder NEW = new PowerLadder(null, 0, null, 0, 0, 0, null, 0, 0);

    /** A read has been asked. */
    public PowerLadder ask(OperationId operation, long nowNanos) {
        return new PowerLadder(
                operation,
                nowNanos,
                last,
                answeredNanos,
                firstOffAskedNanos,
                offReads,
                offCommand,
                offSentNanos,
                offAcceptedNanos);
    }

    /** The read that was asked has been answered. */
    public PowerLadder answer(PowerState power, long nowNanos) {
        boolean off = power == PowerState.OFF;
        long first = !off ? 0 : offReads == 0 ? askedNanos : firstOffAskedNanos;
        return new PowerLadder(
                null,
                askedNanos,
                power,
                nowNanos,
                first,
                off ? offReads + 1 : 0,
                offCommand,
                offSentNanos,
                offAcceptedNanos);
    }

    /** A sign of life came after the first read that said off was asked: none of the row counts. */
    public PowerLadder contradicted() {
        return new PowerLadder(
                asked, askedNanos, last, answeredNanos, 0, 0, offCommand, offSentNanos, offAcceptedNanos);
    }

    /** A forced power-off has been sent. */
    public PowerLadder switchOff(OperationId operation, long nowNanos) {
        return new PowerLadder(
                asked, askedNanos, last, answeredNanos, firstOffAskedNanos, offReads, operation, nowNanos, 0);
    }

    /** The BMC has answered the power-off; only reads asked from now on prove anything by it. */
    public PowerLadder switchedOff(boolean accepted, long nowNanos) {
        return new PowerLadder(
                null, askedNanos, last, answeredNanos, 0, 0, offCommand, offSentNanos, accepted ? nowNanos : 0);
    }

    /** The BMC has said off often enough: read twice, or once after it carried out the command. */
    public boolean seenOff() {
        return offReads >= 2 || (offReads >= 1 && readBack());
    }

    /** The present row of reads began after the power-off had been carried out. */
    public boolean readBack() {
        return offAcceptedNanos != 0 && firstOffAskedNanos >= offAcceptedNanos;
    }
}
