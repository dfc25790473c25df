package io.holdfast.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * What all disk journals and the watch over the QEMU processes prove together.
 *
 * @param records journal records read
 * @param boots boots that wrote them
 * @param twoWriters one line for each sign that a disk had two writers; empty is what must be
 * @param lostWrites one line for each acknowledged write that is missing; empty is what must be
 */
public record WriterCheck(int records, int boots, List<String> twoWriters, List<String> lostWrites) {

    static WriterCheck of(List<JournalCheck> journals, List<String> overlaps) {
        List<String> twoWriters = new ArrayList<>(overlaps);
        List<String> lostWrites = new ArrayList<>();
        int records = 0;
        int boots = 0;
        for (JournalCheck journal : journals) {
            twoWriters.addAll(journal.interleaved());
            lostWrites.addAll(journal.lost());
            records += journal.records();
            boots += journal.boots();
        }
        return new WriterCheck(records, boots, twoWriters, lostWrites);
    }

    /** True when nothing is wrong. */
    public boolean clean() {
        return twoWriters.isEmpty() && lostWrites.isEmpty();
    }
}
