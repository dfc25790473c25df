package io.holdfast.simulator.fault;

/**
 * One fault of a schedule.
 *
 * @param atMillis when it begins, in total simulated time
 * @param durationMillis 0: one instant
 * @param target index of the host, VM, datastore or manager
 * @param part index of the datastore for faults of a host's storage path
 */
public record Fault(FaultKind kind, long atMillis, long durationMillis, int target, int part) {
    /** {@code kind@at+duration:target.part}, times in milliseconds. */
    @Override
    public String toString() {
        return kind.text() + "@" + atMillis + "+" + durationMillis + ":" + target + "." + part;
    }

    /** Reads what {@link #toString} wrote. */
    public static Fault parse(String text) {
        int at = text.indexOf('@');
        int plus = text.indexOf('+', at + 1);
        int colon = text.indexOf(':', plus + 1);
        int dot = text.indexOf('.', colon + 1);
        if (at < 0 || plus < 0 || colon < 0 || dot < 0) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a fault; expected kind@atMillis+durationMillis:target.part");
        }
        return new Fault(
                FaultKind.parse(text.substring(0, at)),
                Long.parseLong(text.substring(at + 1, plus)),
                Long.parseLong(text.substring(plus + 1, colon)),
                Integer.parseInt(text.substring(colon + 1, dot)),
                Integer.parseInt(text.substring(dot + 1)));
    }
}
