package io.holdfast.manager.store;

import static io.holdfast.manager.schema.Tables.ALARMS;
import static io.holdfast.manager.schema.Tables.CLUSTERS;
import static io.holdfast.manager.schema.Tables.DATASTORES;
import static io.holdfast.manager.schema.Tables.FAILOVERS;
import static io.holdfast.manager.schema.Tables.HOSTS;
import static io.holdfast.manager.schema.Tables.HOST_FACTS;
import static io.holdfast.manager.schema.Tables.HOST_WORK;
import static io.holdfast.manager.schema.Tables.MOVES;
import static io.holdfast.manager.schema.Tables.PLACEMENTS;
import static io.holdfast.manager.schema.Tables.PROOFS;
import static io.holdfast.manager.schema.Tables.RECOVERIES;
import static io.holdfast.manager.schema.Tables.RULES;
import static io.holdfast.manager.schema.Tables.TIMELINE;
import static io.holdfast.manager.schema.Tables.VMS;

import io.holdfast.core.Change;
import io.holdfast.core.TimelineEntry;
import io.holdfast.core.inventory.ClusterId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Table;
import org.jspecify.annotations.Nullable;

/** Writes the core's changes of one transaction, one to one, into their tables. */
final class ChangeWriter {
    private final DSLContext write;
    private final RecordJson json;
    private final ClusterId cluster;
    private final long epoch;
    private final List<TimelineRecord> lines = new ArrayList<>();
    private long nextProof;
    private long nextTimeline;

    ChangeWriter(DSLContext write, RecordJson json, ClusterId cluster, long epoch, long nextProof, long nextTimeline) {
        this.write = write;
        this.json = json;
        this.cluster = cluster;
        this.epoch = epoch;
        this.nextProof = nextProof;
        this.nextTimeline = nextTimeline;
    }

    long nextProof() {
        return nextProof;
    }

    long nextTimeline() {
        return nextTimeline;
    }

    List<TimelineRecord> lines() {
        return List.copyOf(lines);
    }

    /** Gives the identities that {@link #apply} would, without writing: for a transaction that is there already. */
    void number(List<Change> changes) {
        for (Change change : changes) {
            if (change instanceof Change.RecordProof) {
                nextProof++;
            } else if (change instanceof Change.AppendTimeline append) {
                lines.add(new TimelineRecord(nextTimeline++, cluster, append.entry()));
            }
        }
    }

    void apply(Change change) {
        switch (change) {
            case Change.BeginEpoch begin -> requireEpoch(begin.epoch());
            case Change.PutCluster put ->
                put(
                        CLUSTERS,
                        Map.of(CLUSTERS.ID, put.cluster().id().value()),
                        Map.of(CLUSTERS.NAME, put.cluster().name(), CLUSTERS.CONTENT, json.write(put.cluster())));
            case Change.PutHost put ->
                put(
                        HOSTS,
                        Map.of(HOSTS.ID, put.host().id().value()),
                        Map.of(
                                HOSTS.CLUSTER_ID, cluster.value(),
                                HOSTS.NAME, put.host().name(),
                                HOSTS.CONTENT, json.write(put.host())));
            case Change.RemoveHost remove -> {
                remove(HOSTS, HOSTS.ID, remove.host().value());
                remove(HOST_FACTS, HOST_FACTS.HOST_ID, remove.host().value());
            }
            case Change.PutHostFacts put ->
                put(
                        HOST_FACTS,
                        Map.of(HOST_FACTS.HOST_ID, put.facts().host().value()),
                        Map.of(HOST_FACTS.CLUSTER_ID, cluster.value(), HOST_FACTS.CONTENT, json.write(put.facts())));
            case Change.PutDatastore put ->
                put(
                        DATASTORES,
                        Map.of(DATASTORES.ID, put.datastore().id().value()),
                        Map.of(
                                DATASTORES.CLUSTER_ID, cluster.value(),
                                DATASTORES.NAME, put.datastore().name(),
                                DATASTORES.CONTENT, json.write(put.datastore())));
            case Change.RemoveDatastore remove ->
                remove(DATASTORES, DATASTORES.ID, remove.datastore().value());
            case Change.PutVm put ->
                put(
                        VMS,
                        Map.of(VMS.ID, put.vm().id().value()),
                        Map.of(
                                VMS.CLUSTER_ID, cluster.value(),
                                VMS.NAME, put.vm().name(),
                                VMS.CONTENT, json.write(put.vm())));
            case Change.RemoveVm remove -> remove(VMS, VMS.ID, remove.vm().value());
            case Change.PutRule put ->
                put(
                        RULES,
                        Map.of(
                                RULES.CLUSTER_ID,
                                cluster.value(),
                                RULES.ID,
                                put.rule().id().value()),
                        Map.of(RULES.CONTENT, json.write(put.rule())));
            case Change.RemoveRule remove ->
                write.deleteFrom(RULES)
                        .where(RULES.CLUSTER_ID.eq(cluster.value()))
                        .and(RULES.ID.eq(remove.rule().value()))
                        .execute();
            case Change.PutPlacement put ->
                put(
                        PLACEMENTS,
                        Map.of(PLACEMENTS.VM_ID, put.placement().vm().value()),
                        Map.of(
                                PLACEMENTS.CLUSTER_ID, cluster.value(),
                                PLACEMENTS.RUN, put.placement().run(),
                                PLACEMENTS.HOST_ID, put.placement().host().value(),
                                PLACEMENTS.CONTENT, json.write(put.placement())));
            case Change.RemovePlacement remove ->
                remove(PLACEMENTS, PLACEMENTS.VM_ID, remove.vm().value());
            case Change.RecordProof record -> recordProof(record);
            case Change.PutFailover put ->
                put(
                        FAILOVERS,
                        Map.of(
                                FAILOVERS.CLUSTER_ID,
                                cluster.value(),
                                FAILOVERS.ID,
                                put.failover().id().value()),
                        Map.of(
                                FAILOVERS.OPENED_AT, put.failover().openedWallMillis(),
                                FAILOVERS.CLOSED_AT, put.failover().closedWallMillis(),
                                FAILOVERS.CONTENT, json.write(put.failover())));
            case Change.PutRecovery put ->
                put(
                        RECOVERIES,
                        Map.of(RECOVERIES.VM_ID, put.recovery().vm().value()),
                        Map.of(
                                RECOVERIES.CLUSTER_ID, cluster.value(),
                                RECOVERIES.STAGE, put.recovery().stage().name(),
                                RECOVERIES.CONTENT, json.write(put.recovery())));
            case Change.RemoveRecovery remove ->
                remove(RECOVERIES, RECOVERIES.VM_ID, remove.vm().value());
            case Change.PutMove put ->
                put(
                        MOVES,
                        Map.of(MOVES.VM_ID, put.move().vm().value()),
                        Map.of(
                                MOVES.CLUSTER_ID, cluster.value(),
                                MOVES.STAGE, put.move().stage().name(),
                                MOVES.CONTENT, json.write(put.move())));
            case Change.RemoveMove remove ->
                remove(MOVES, MOVES.VM_ID, remove.vm().value());
            case Change.PutHostWork put ->
                put(
                        HOST_WORK,
                        Map.of(HOST_WORK.HOST_ID, put.work().host().value()),
                        Map.of(HOST_WORK.CLUSTER_ID, cluster.value(), HOST_WORK.CONTENT, json.write(put.work())));
            case Change.RemoveHostWork remove ->
                remove(HOST_WORK, HOST_WORK.HOST_ID, remove.host().value());
            case Change.RaiseAlarm raise ->
                put(
                        ALARMS,
                        Map.of(
                                ALARMS.CLUSTER_ID,
                                cluster.value(),
                                ALARMS.ALARM_KEY,
                                raise.alarm().key()),
                        Map.of(ALARMS.CONTENT, json.write(raise.alarm())));
            case Change.ClearAlarm clear ->
                write.deleteFrom(ALARMS)
                        .where(ALARMS.CLUSTER_ID.eq(cluster.value()))
                        .and(ALARMS.ALARM_KEY.eq(clear.key()))
                        .execute();
            case Change.AppendTimeline append -> appendTimeline(append.entry());
        }
    }

    /** The epoch itself is the leadership row; here it is only checked that core and ledger speak of the same one. */
    private void requireEpoch(long begun) {
        if (begun != epoch) {
            throw new IllegalStateException("The core begins epoch " + begun + ", the leadership row says " + epoch);
        }
    }

    private void recordProof(Change.RecordProof record) {
        write.insertInto(PROOFS)
                .set(PROOFS.ID, nextProof++)
                .set(PROOFS.CLUSTER_ID, cluster.value())
                .set(PROOFS.EPOCH, epoch)
                .set(PROOFS.VM_ID, record.vm().value())
                .set(PROOFS.RUN, record.run())
                .set(PROOFS.CONTENT, json.write(record.proof()))
                .execute();
    }

    private void appendTimeline(TimelineEntry entry) {
        long id = nextTimeline++;
        write.insertInto(TIMELINE)
                .set(TIMELINE.ID, id)
                .set(TIMELINE.CLUSTER_ID, cluster.value())
                .set(TIMELINE.HOST_ID, text(entry.host()))
                .set(TIMELINE.VM_ID, text(entry.vm()))
                .set(TIMELINE.FAILOVER_ID, text(entry.failover()))
                .set(TIMELINE.CONTENT, json.write(entry))
                .execute();
        lines.add(new TimelineRecord(id, cluster, entry));
    }

    private static String text(@Nullable Object id) {
        return id == null ? "" : id.toString();
    }

    private void put(Table<?> table, Map<Field<String>, String> key, Map<? extends Field<?>, ?> values) {
        Map<Field<?>, Object> all = new LinkedHashMap<>(key);
        all.putAll(values);
        write.insertInto(table).set(all).onDuplicateKeyUpdate().set(values).execute();
    }

    private void remove(Table<?> table, Field<String> key, String id) {
        write.deleteFrom(table).where(key.eq(id)).execute();
    }
}
