package io.holdfast.manager.store;

import io.holdfast.core.Change;
import io.holdfast.core.TimelineEntry;
import io.holdfast.core.inventory.Cluster;
import io.holdfast.core.inventory.ClusterId;
import io.holdfast.core.text.Message;
import java.util.List;
import java.util.Map;

/** A transaction of the usual kinds of rows that is never committed. */
final class Rehearsal {
    private Rehearsal() {}

    static Transaction transaction() {
        ClusterId cluster = new ClusterId("rehearsal");
        TimelineEntry line = new TimelineEntry(
                0, TimelineEntry.Severity.WARNING, Message.MANAGER_RESTARTED, List.of(""), null, null, null);
        return new Transaction(
                cluster,
                "Rehearsal",
                List.of(new Change.PutCluster(Cluster.of(cluster, "rehearsal")), new Change.AppendTimeline(line)),
                Map.of("rehearsal", ""),
                new OperationRecord("rehearsal", "", 0, ""),
                Transaction.LATEST_EPOCH);
    }
}
