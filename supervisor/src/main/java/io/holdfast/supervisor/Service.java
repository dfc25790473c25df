package io.holdfast.supervisor;

import java.time.Duration;

/**
 * A service that is restarted as a whole. The database isn't among them: how it may be started is a decision of its own ({@link DatabaseWatch}).
 *
 * @see ServiceWatch for how the numbers are used
 */
public enum Service {
    /** The manager: REST and agent link. A JVM starts in 2 s on an idle node, and was seen to need 20 on one at load 15: ended then, it never gets up. */
    MANAGER(2, 4, 5, Duration.ofSeconds(40)),
    /** The console's HTTP. */
    CONSOLE(3, 3, 5, Duration.ofSeconds(40)),
    /** keepalived, which holds the VIP. */
    KEEPALIVED(2, 4, 5, Duration.ofSeconds(5));

    private final int missesUntilUnfit;
    private final int missesUntilHung;
    private final int errorsUntilBroken;
    private final Duration startAllowance;

    Service(int missesUntilUnfit, int missesUntilHung, int errorsUntilBroken, Duration startAllowance) {
        this.missesUntilUnfit = missesUntilUnfit;
        this.missesUntilHung = missesUntilHung;
        this.errorsUntilBroken = errorsUntilBroken;
        this.startAllowance = startAllowance;
    }

    /** So many probes without an answer in a row move the VIP to the other node. One can be a pause of the machine. */
    public int missesUntilUnfit() {
        return missesUntilUnfit;
    }

    /** So many probes without an answer in a row mean that it hangs and is restarted, which costs more than a moved VIP. */
    public int missesUntilHung() {
        return missesUntilHung;
    }

    /** So many answers with an error in a row mean that it's broken. */
    public int errorsUntilBroken() {
        return errorsUntilBroken;
    }

    /** So long after a start it may answer nothing or errors without being started again; its first good answer ends that. */
    public Duration startAllowance() {
        return startAllowance;
    }
}
