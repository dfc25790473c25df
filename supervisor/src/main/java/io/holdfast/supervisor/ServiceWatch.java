package io.holdfast.supervisor;

import java.time.Duration;
import java.util.Optional;

/**
 * One service as the supervisor sees it: pure.
 *
 * <table>
 * <caption>Transitions. "restart" only if the {@link FlapLimit} allows it, else the service is left alone and {@link #flapping} holds.</caption>
 * <tr><th>observed</th><th>condition</th><th>fit afterwards</th><th>action</th></tr>
 * <tr><td>good</td><td></td><td>yes</td><td></td></tr>
 * <tr><td>any but good</td><td>a restart is under way</td><td>no</td><td></td></tr>
 * <tr><td>restarted</td><td></td><td>as before; the start counts from here</td><td></td></tr>
 * <tr><td>gone</td><td>last start a second ago or more, or never</td><td>no</td><td>restart</td></tr>
 * <tr><td>gone</td><td>started less than a second ago</td><td>no</td><td></td></tr>
 * <tr><td>refused</td><td>within the start allowance</td><td>no</td><td></td></tr>
 * <tr><td>refused</td><td>otherwise, {@link Service#missesUntilHung} in a row</td><td>no</td><td>restart</td></tr>
 * <tr><td>silent</td><td>fewer than {@link Service#missesUntilUnfit} in a row</td><td>as before</td><td></td></tr>
 * <tr><td>silent</td><td>that many or more, fewer than {@link Service#missesUntilHung}</td><td>no</td><td></td></tr>
 * <tr><td>silent</td><td>that many or more, within the start allowance</td><td>no</td><td></td></tr>
 * <tr><td>silent</td><td>that many or more, otherwise</td><td>no</td><td>restart</td></tr>
 * <tr><td>bad</td><td>fewer than {@link Service#errorsUntilBroken} in a row</td><td>as before</td><td></td></tr>
 * <tr><td>bad</td><td>that many or more, outside the start allowance</td><td>no</td><td>restart</td></tr>
 * </table>
 *
 * @param fit whether it can serve, as far as is known
 * @param misses probes in a row that were not good
 * @param startedNanos when the supervisor last started it; empty when it never did
 * @param starting it hasn't given a good answer since its start: only then the start allowance counts
 * @param underWay a restart has been ordered and isn't done: on a busy machine it takes seconds, and a second one would end what the first starts
 */
public record ServiceWatch(
        Service service,
        boolean fit,
        int misses,
        Optional<Long> startedNanos,
        boolean starting,
        boolean underWay,
        FlapLimit flaps,
        boolean flapping) {

    /** As systemd's RestartSec: a service that dies at once isn't started in a tight loop. */
    static final Duration BETWEEN_STARTS = Duration.ofSeconds(1);

    /** A service of which nothing is known yet. */
    public static ServiceWatch unknown(Service service) {
        return new ServiceWatch(service, false, 0, Optional.empty(), true, false, FlapLimit.UNUSED, false);
    }

    /** The watch afterwards, and whether the service is to be killed (if it lives) and started. */
    public record Verdict(ServiceWatch watch, boolean restart) {}

    /** Applies one observation. */
    public Verdict on(ProbeOutcome outcome, long nowNanos) {
        if (outcome == ProbeOutcome.GOOD) {
            return new Verdict(new ServiceWatch(service, true, 0, startedNanos, false, underWay, flaps, false), false);
        }
        if (underWay) {
            return new Verdict(unfit(), false);
        }
        int missed = misses + 1;
        boolean stillFit = fit
                && switch (outcome) {
                    case SILENT -> missed < service.missesUntilUnfit();
                    case BAD -> missed < service.errorsUntilBroken();
                    case GOOD, REFUSED, GONE -> false;
                };
        boolean wanted = switch (outcome) {
            case GONE -> !startedWithin(BETWEEN_STARTS, nowNanos);
            case REFUSED, SILENT -> missed >= service.missesUntilHung() && !mayStillStart(nowNanos);
            case BAD -> missed >= service.errorsUntilBroken() && !mayStillStart(nowNanos);
            case GOOD -> false;
        };
        if (wanted && flaps.allows(nowNanos)) {
            return new Verdict(started(nowNanos), true);
        }
        return new Verdict(
                new ServiceWatch(
                        service, stillFit, missed, startedNanos, starting, underWay, flaps, wanted || flapping),
                false);
    }

    /** The restart is done, or has failed: the next probe shows which. */
    ServiceWatch restarted(long nowNanos) {
        return new ServiceWatch(service, fit, 0, Optional.of(nowNanos), true, false, flaps, flapping);
    }

    /** The watch of a service that is being restarted now. */
    ServiceWatch started(long nowNanos) {
        return new ServiceWatch(service, false, 0, Optional.of(nowNanos), true, true, flaps.noted(nowNanos), false);
    }

    ServiceWatch unfit() {
        return new ServiceWatch(service, false, misses + 1, startedNanos, starting, underWay, flaps, flapping);
    }

    private boolean mayStillStart(long nowNanos) {
        return starting && startedWithin(service.startAllowance(), nowNanos);
    }

    private boolean startedWithin(Duration limit, long nowNanos) {
        return startedNanos.isPresent() && nowNanos - startedNanos.get() < limit.toNanos();
    }
}
