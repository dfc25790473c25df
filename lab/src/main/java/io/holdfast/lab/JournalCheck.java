package io.holdfast.lab;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a disk journal proves (safety argument, section 8, invariant 1, and that no flushed write is lost).
 *
 * <p>A guest appends behind the last record that it finds at its boot. If one boot's writes only ever begin after those of
 * the one before have ended, the disk shows whole boots one behind the other: sequences from 1 without a hole, runs that
 * never fall. Had two written side by side, both would have begun at the same place or one within the other: a record
 * of the one overwrites one of the other, which leaves a hole, a boot that comes back, or an acknowledged record missing.
 *
 * @param records how many were read
 * @param boots how many boots wrote them
 * @param interleaved one line for each sign of two writers
 * @param lost one line for each acknowledged record that isn't there
 */
record JournalCheck(int records, int boots, List<String> interleaved, List<String> lost) {

    /**
     * Checks one VM's journal.
     *
     * @param vm its name
     * @param journal the records in the order of the disk, an empty one for a slot that holds something else
     * @param acknowledged for each boot id, the highest sequence that the guest said is safe
     */
    static JournalCheck of(String vm, List<Optional<JournalRecord>> journal, Map<String, Long> acknowledged) {
        List<String> interleaved = new ArrayList<>();
        Map<String, Long> written = new HashMap<>();
        Set<String> ended = new HashSet<>();
        JournalRecord last = null;
        for (int slot = 0; slot < journal.size(); slot++) {
            Optional<JournalRecord> found = journal.get(slot);
            if (found.isEmpty()) {
                interleaved.add(vm + " slot " + slot + ": no valid record before the journal's end");
                continue;
            }
            JournalRecord record = found.get();
            if (record.slot() != slot || !record.vm().equals(vm)) {
                interleaved.add(
                        vm + " slot " + slot + ": holds a record of " + record.vm() + " for slot " + record.slot());
            }
            boolean sameBoot = last != null && last.boot().equals(record.boot());
            if (sameBoot && last != null && record.sequence() != last.sequence() + 1) {
                interleaved.add(
                        vm + " slot " + slot + ": sequence " + record.sequence() + " follows " + last.sequence());
            }
            if (!sameBoot) {
                if (last != null) {
                    ended.add(last.boot());
                    if (record.run() < last.run()) {
                        interleaved.add(vm + " slot " + slot + ": run " + record.run() + " follows run " + last.run());
                    }
                }
                if (ended.contains(record.boot())) {
                    interleaved.add(
                            vm + " slot " + slot + ": boot " + record.boot() + " writes again after another one");
                }
                if (record.sequence() != 1) {
                    interleaved.add(vm + " slot " + slot + ": boot " + record.boot() + " begins with sequence "
                            + record.sequence());
                }
            }
            written.merge(record.boot(), record.sequence(), Math::max);
            last = record;
        }
        return new JournalCheck(journal.size(), written.size(), interleaved, missing(vm, written, acknowledged));
    }

    private static List<String> missing(String vm, Map<String, Long> written, Map<String, Long> acknowledged) {
        List<String> lost = new ArrayList<>();
        acknowledged.forEach((boot, sequence) -> {
            long there = written.getOrDefault(boot, 0L);
            for (long missing = there + 1; missing <= sequence; missing++) {
                lost.add(vm + " boot " + boot + ": acknowledged record " + missing + " is not on the disk");
            }
        });
        return lost;
    }

    /** True when nothing is wrong. */
    boolean clean() {
        return interleaved.isEmpty() && lost.isEmpty();
    }
}
