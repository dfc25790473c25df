package io.holdfast.manager.store;

import static io.holdfast.manager.schema.Tables.ALARMS;
import static io.holdfast.manager.schema.Tables.ARBITER;
import static io.holdfast.manager.schema.Tables.CLUSTERS;
import static io.holdfast.manager.schema.Tables.DATASTORES;
import static io.holdfast.manager.schema.Tables.FAILOVERS;
import static io.holdfast.manager.schema.Tables.HOSTS;
import static io.holdfast.manager.schema.Tables.HOST_FACTS;
import static io.holdfast.manager.schema.Tables.HOST_WORK;
import static io.holdfast.manager.schema.Tables.JOURNAL;
import static io.holdfast.manager.schema.Tables.LEADERSHIP;
import static io.holdfast.manager.schema.Tables.MOVES;
import static io.holdfast.manager.schema.Tables.OPERATIONS;
import static io.holdfast.manager.schema.Tables.PLACEMENTS;
import static io.holdfast.manager.schema.Tables.RECOVERIES;
import static io.holdfast.manager.schema.Tables.RULES;
import static io.holdfast.manager.schema.Tables.SECRETS;
import static io.holdfast.manager.schema.Tables.SWITCH_OVERS;
import static io.holdfast.manager.schema.Tables.TIMELINE;
import static io.holdfast.manager.schema.Tables.VMS;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.val;

import io.holdfast.core.Alarm;
import io.holdfast.core.Durable;
import io.holdfast.core.TimelineEntry;
import io.holdfast.core.arbiter.ArbiterPlacement;
import io.holdfast.core.health.HostFacts;
import io.holdfast.core.inventory.Cluster;
import io.holdfast.core.inventory.ClusterId;
import io.holdfast.core.inventory.Datastore;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.movement.HostWork;
import io.holdfast.core.movement.Move;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.recovery.Failover;
import io.holdfast.core.recovery.Recovery;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Table;
import org.jspecify.annotations.Nullable;

/** The ledger's questions to the database, on a connection of their own. */
final class LedgerReads {
    private static final int LEADERSHIP_ROW = 1;

    private final Session session;
    private final RecordJson json;
    private final SecretBox box;

    LedgerReads(Session session, RecordJson json, SecretBox box) {
        this.session = session;
        this.json = json;
        this.box = box;
    }

    List<ClusterId> clusters() {
        return session.run(read -> read.select(CLUSTERS.ID)
                .from(CLUSTERS)
                .orderBy(CLUSTERS.NAME)
                .fetch(row -> new ClusterId(row.value1())));
    }

    Durable load(ClusterId cluster, long ownEpoch) {
        return session.snapshot(read -> {
            long begun = read.select(LEADERSHIP.EPOCH)
                    .from(LEADERSHIP)
                    .where(LEADERSHIP.ID.eq(LEADERSHIP_ROW))
                    .fetchSingle(LEADERSHIP.EPOCH);
            String id = cluster.value();
            // The epoch that this ledger has taken is begun by the core, with its BecameLeader: what was begun before
            // is one less.
            return new Durable(
                    begun == ownEpoch ? begun - 1 : begun,
                    json.read(
                            read.select(CLUSTERS.CONTENT)
                                    .from(CLUSTERS)
                                    .where(CLUSTERS.ID.eq(id))
                                    .fetchSingle(CLUSTERS.CONTENT),
                            Cluster.class),
                    records(read, HOSTS, HOSTS.CONTENT, HOSTS.CLUSTER_ID.eq(id), HOSTS.ID, Host.class),
                    records(
                            read,
                            HOST_FACTS,
                            HOST_FACTS.CONTENT,
                            HOST_FACTS.CLUSTER_ID.eq(id),
                            HOST_FACTS.HOST_ID,
                            HostFacts.class),
                    records(
                            read,
                            DATASTORES,
                            DATASTORES.CONTENT,
                            DATASTORES.CLUSTER_ID.eq(id),
                            DATASTORES.ID,
                            Datastore.class),
                    records(read, VMS, VMS.CONTENT, VMS.CLUSTER_ID.eq(id), VMS.ID, Vm.class),
                    records(read, RULES, RULES.CONTENT, RULES.CLUSTER_ID.eq(id), RULES.ID, Rule.class),
                    records(
                            read,
                            PLACEMENTS,
                            PLACEMENTS.CONTENT,
                            PLACEMENTS.CLUSTER_ID.eq(id),
                            PLACEMENTS.VM_ID,
                            Placement.class),
                    records(
                            read,
                            FAILOVERS,
                            FAILOVERS.CONTENT,
                            FAILOVERS.CLUSTER_ID.eq(id).and(FAILOVERS.CLOSED_AT.eq(0L)),
                            FAILOVERS.ID,
                            Failover.class),
                    records(
                            read,
                            RECOVERIES,
                            RECOVERIES.CONTENT,
                            RECOVERIES.CLUSTER_ID.eq(id),
                            RECOVERIES.VM_ID,
                            Recovery.class),
                    records(read, MOVES, MOVES.CONTENT, MOVES.CLUSTER_ID.eq(id), MOVES.VM_ID, Move.class),
                    records(
                            read,
                            HOST_WORK,
                            HOST_WORK.CONTENT,
                            HOST_WORK.CLUSTER_ID.eq(id),
                            HOST_WORK.HOST_ID,
                            HostWork.class),
                    records(read, ALARMS, ALARMS.CONTENT, ALARMS.CLUSTER_ID.eq(id), ALARMS.ALARM_KEY, Alarm.class));
        });
    }

    private <T> List<T> records(
            DSLContext read,
            Table<?> table,
            Field<String> content,
            Condition where,
            Field<String> order,
            Class<T> type) {
        return read.select(content).from(table).where(where).orderBy(order).fetch(row -> json.read(row.value1(), type));
    }

    List<TimelineRecord> timeline(TimelineQuery query) {
        List<Condition> where = new ArrayList<>();
        optional(where, TIMELINE.CLUSTER_ID, query.cluster());
        optional(where, TIMELINE.HOST_ID, query.host());
        optional(where, TIMELINE.VM_ID, query.vm());
        optional(where, TIMELINE.FAILOVER_ID, query.failover());
        Long after = query.after();
        Long before = query.before();
        if (after != null) {
            where.add(TIMELINE.ID.gt(after));
        } else if (before != null) {
            where.add(TIMELINE.ID.lt(before));
        }
        return session.run(read -> read.select(TIMELINE.ID, TIMELINE.CLUSTER_ID, TIMELINE.CONTENT)
                .from(TIMELINE)
                .where(where)
                .orderBy(after != null ? TIMELINE.ID.asc() : TIMELINE.ID.desc())
                .limit(query.limit())
                .fetch(row -> new TimelineRecord(
                        row.value1(), new ClusterId(row.value2()), json.read(row.value3(), TimelineEntry.class))));
    }

    private static void optional(List<Condition> where, Field<String> field, @Nullable String value) {
        if (value != null) {
            where.add(field.eq(value));
        }
    }

    List<Failover> failovers(ClusterId cluster, int limit) {
        return session.run(read -> read.select(FAILOVERS.CONTENT)
                .from(FAILOVERS)
                .where(FAILOVERS.CLUSTER_ID.eq(cluster.value()))
                .orderBy(FAILOVERS.OPENED_AT.desc(), FAILOVERS.ID.desc())
                .limit(limit)
                .fetch(row -> json.read(row.value1(), Failover.class)));
    }

    Optional<Failover> failover(ClusterId cluster, String id) {
        return session.run(read -> read.select(FAILOVERS.CONTENT)
                .from(FAILOVERS)
                .where(FAILOVERS.CLUSTER_ID.eq(cluster.value()))
                .and(FAILOVERS.ID.eq(id))
                .fetchOptional(row -> json.read(row.value1(), Failover.class)));
    }

    Optional<OperationRecord> operation(String key) {
        return session.run(read -> read.selectFrom(OPERATIONS)
                .where(OPERATIONS.IDEMPOTENCY_KEY.eq(key))
                .fetchOptional(row -> new OperationRecord(key, row.getFingerprint(), row.getStatus(), row.getBody())));
    }

    Optional<String> secret(String reference) {
        return session.run(read -> read.select(SECRETS.SEALED)
                .from(SECRETS)
                .where(SECRETS.REFERENCE.eq(reference))
                .fetchOptional(row -> box.open(row.value1())));
    }

    List<SwitchOverRecord> switchOvers(int limit) {
        return session.run(read -> read.selectFrom(SWITCH_OVERS)
                .orderBy(SWITCH_OVERS.EPOCH.desc())
                .limit(limit)
                .fetch(row -> new SwitchOverRecord(
                        row.getEpoch(),
                        row.getTakenAt(),
                        SwitchOverRecord.Cause.valueOf(row.getCause()),
                        row.getFromNode(),
                        row.getToNode(),
                        row.getDurationMillis())));
    }

    Optional<ArbiterPlacement> arbiter() {
        return session.run(read -> read.select(ARBITER.CONTENT)
                .from(ARBITER)
                .fetchOptional(row -> json.read(row.value1(), ArbiterPlacement.class)));
    }

    int schemaVersion() {
        return session.run(read ->
                read
                        .fetch("select version from flyway_schema_history where success = 1 and version is not null")
                        .stream()
                        .mapToInt(row -> Integer.parseInt(row.get(0, String.class)))
                        .max()
                        .orElse(0));
    }

    long journalSequence() {
        return session.run(read -> read.select(coalesce(max(JOURNAL.SEQUENCE), val(0L)))
                .from(JOURNAL)
                .fetchSingle()
                .value1());
    }
}
