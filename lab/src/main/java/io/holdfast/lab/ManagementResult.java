package io.holdfast.lab;

import java.util.List;
import java.util.Optional;

/**
 * What one trial of the management bench has shown.
 *
 * @param nextAckMillis longest pause of acknowledged writes, counted from the fault
 * @param streamMillis longest pause of the event stream, counted from the fault
 * @param vipMillis from the fault until exactly one node has the VIP for good
 * @param vmsMillis slowest VM's start elsewhere, when a hypervisor host was lost too
 * @param returned what the return of a lost machine took, when one was lost
 * @param lost acknowledged writes that one of the nodes has not
 * @param twoLeaders signs of two leaders: epochs that went down at agents and in the journal, up to now
 * @param load the machine's load average over the last minute, at the end
 * @param story who had the VIP when, for people
 */
record ManagementResult(
        long nextAckMillis,
        long streamMillis,
        long vipMillis,
        Optional<Long> vmsMillis,
        Optional<Return> returned,
        List<String> lost,
        int twoLeaders,
        double load,
        String story) {

    /**
     * The return of a machine that was lost.
     *
     * @param inSyncMillis from its power-on until it is fit, its database in sync and flushed
     * @param pauseMillis longest pause of acknowledged writes meanwhile
     * @param pauseFromMillis when that pause began, after the power-on
     */
    record Return(long inSyncMillis, long pauseMillis, long pauseFromMillis) {}
}
