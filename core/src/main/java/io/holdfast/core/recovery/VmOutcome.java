package io.holdfast.core.recovery;

import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.isolation.Proof;
import io.holdfast.core.text.Message;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What became of one VM in a fail-over. Times are wall-clock milliseconds, 0 where not reached.
 *
 * @param toRun 0: not placed yet
 * @param why the reason where the result is not RUNNING, or null
 */
public record VmOutcome(
        VmId vm,
        HostId fromHost,
        long fromRun,
        List<Proof> proofs,
        @Nullable HostId toHost,
        long toRun,
        long provenWallMillis,
        long placedWallMillis,
        long startCommandedWallMillis,
        long runningWallMillis,
        Result result,
        @Nullable Message why,
        List<String> whyArguments) {
    public VmOutcome {
        proofs = List.copyOf(proofs);
        whyArguments = List.copyOf(whyArguments);
    }

    /** A VM that has just been found affected. */
    public static VmOutcome affected(VmId vm, HostId fromHost, long fromRun) {
        return new VmOutcome(vm, fromHost, fromRun, List.of(), null, 0, 0, 0, 0, 0, Result.PENDING, null, List.of());
    }

    /** The result. */
    public enum Result {
        PENDING,
        RUNNING,
        /** Waits; the reason is given, and it is retried for ever. The fail-over stays open. */
        WAITING,
        /** Ran on where it was: the host came back before a proof was had. */
        KEPT,
        /** Was not to be restarted: requested state or priority. */
        NOT_RESTARTED,
        /** Another fail-over took it over. */
        SUPERSEDED
    }

    /** No more will come of it here. */
    public boolean done() {
        return result != Result.PENDING && result != Result.WAITING;
    }

    /** With another result. */
    public VmOutcome withResult(Result other, @Nullable Message reason, List<String> arguments) {
        return new VmOutcome(
                vm,
                fromHost,
                fromRun,
                proofs,
                toHost,
                toRun,
                provenWallMillis,
                placedWallMillis,
                startCommandedWallMillis,
                runningWallMillis,
                other,
                reason,
                arguments);
    }

    /** One of two hosts of a live migration is proven isolated; the other is not yet. */
    public VmOutcome alsoProven(List<Proof> by) {
        return new VmOutcome(
                vm,
                fromHost,
                fromRun,
                Stream.concat(proofs.stream(), by.stream()).toList(),
                toHost,
                toRun,
                provenWallMillis,
                placedWallMillis,
                startCommandedWallMillis,
                runningWallMillis,
                result,
                why,
                whyArguments);
    }

    /** Once proven. */
    public VmOutcome proven(List<Proof> by, long wallMillis) {
        return new VmOutcome(
                vm,
                fromHost,
                fromRun,
                toHost == null ? alsoProven(by).proofs() : by,
                toHost,
                toRun,
                wallMillis,
                0,
                0,
                0,
                result,
                why,
                whyArguments);
    }

    /** Once placed and its start commanded. */
    public VmOutcome placed(HostId host, long run, long wallMillis) {
        return new VmOutcome(
                vm,
                fromHost,
                fromRun,
                proofs,
                host,
                run,
                provenWallMillis,
                wallMillis,
                wallMillis,
                0,
                Result.PENDING,
                null,
                List.of());
    }

    /** Once it runs. */
    public VmOutcome running(long wallMillis) {
        return new VmOutcome(
                vm,
                fromHost,
                fromRun,
                proofs,
                toHost,
                toRun,
                provenWallMillis,
                placedWallMillis,
                startCommandedWallMillis,
                wallMillis,
                Result.RUNNING,
                null,
                List.of());
    }
}
