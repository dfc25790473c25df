package io.holdfast.supervisor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** The degraded states of a management node, computed from what is known: pure. */
public final class Alarms {

    /** What can be wrong. */
    public enum Code {
        /** Neither the arbiter nor a third member: one more loss stops writes. */
        NO_SPARE_VOTE,
        /** The arbiter's port takes no connection. */
        ARBITER_SILENT,
        /** This node's database is in the component but has not everything yet. */
        STANDBY_NOT_IN_SYNC,
        /** The VIP isn't where the leader is. */
        VIP_NOT_AT_LEADER,
        /** This node's database is in no primary component. */
        DATABASE_NOT_PRIMARY,
        /** This node's copy can't be used, and no primary peer is there to give a full one. */
        DATABASE_DAMAGED,
        /** Nobody may bootstrap by rule; the text names the one command. */
        RECOVERY_NEEDS_OPERATOR,
        /** A received copy isn't flushed yet. */
        NOT_DURABLE,
        /** A service was restarted as often as the flap limit allows. */
        SERVICE_FLAPPING,
        /** The VIP has come back to this node too often. */
        VIP_FLAPPING,
        /** The peer's supervisor doesn't answer. */
        PEER_SILENT,
        /** Peer, arbiter and gateway are all silent: this node is probably cut off. */
        PROBABLY_ISOLATED,
        /** Both nodes hold the VIP. */
        VIP_TWICE,
        /** Neither node holds the VIP. */
        VIP_NOWHERE
    }

    /** One alarm with its text for people. */
    public record Alarm(Code code, String text) {
        /** As in the status document: {@code no-spare-vote}. */
        public String label() {
            return code.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** The operator's command of {@link Code#RECOVERY_NEEDS_OPERATOR}, to be given on one node. */
    public static final String OPERATOR_COMMAND = "holdfast-supervisor serve-with-this-copy";

    private Alarms() {}

    /** All alarms of this state at this instant. */
    public static List<Alarm> of(SupervisionState state, long nowNanos) {
        List<Alarm> alarms = new ArrayList<>();
        ofDatabase(state, nowNanos, alarms);
        ofServices(state, nowNanos, alarms);
        ofSurroundings(state, nowNanos, alarms);
        return List.copyOf(alarms);
    }

    private static void ofDatabase(SupervisionState state, long nowNanos, List<Alarm> alarms) {
        DatabaseWatch database = state.database();
        boolean serves = database.view() instanceof DatabaseView.Answering answering && answering.serves();
        if (database.view() instanceof DatabaseView.Answering answering
                && answering.primary()
                && answering.members() < 3) {
            alarms.add(new Alarm(
                    Code.NO_SPARE_VOTE,
                    "only %d of 3 votes are there: the loss of one more stops writes".formatted(answering.members())));
        }
        if (database.view() instanceof DatabaseView.Answering answering && answering.primary() && !answering.synced()) {
            alarms.add(new Alarm(
                    Code.STANDBY_NOT_IN_SYNC,
                    "the database here is catching up (%d write sets queued): if the other node were lost now, it could not go on here at once"
                            .formatted(answering.queued())));
        }
        if (!serves) {
            alarms.add(new Alarm(
                    Code.DATABASE_NOT_PRIMARY,
                    "the database here doesn't serve: " + database.view().describe()));
        }
        if (database.phase() == DatabaseWatch.Phase.DAMAGED) {
            alarms.add(new Alarm(
                    Code.DATABASE_DAMAGED,
                    "the copy here can't be read; a full copy is taken as soon as the peer is primary"));
        }
        boolean longWithout = nowNanos - database.notPrimarySinceNanos() > GaleraRecovery.ALARM_AFTER.toNanos();
        boolean undecidable = Supervision.advice(state, nowNanos) == GaleraRecovery.Advice.OPERATOR;
        if (!database.primary() && (longWithout || undecidable) && !state.peerPrimary(nowNanos)) {
            alarms.add(new Alarm(Code.RECOVERY_NEEDS_OPERATOR, operatorText(state, nowNanos)));
        }
        if (serves && database.durability() != DatabaseWatch.Durability.DURABLE) {
            alarms.add(new Alarm(Code.NOT_DURABLE, "the received copy is being flushed to disk"));
        }
    }

    private static String operatorText(SupervisionState state, long nowNanos) {
        String own = state.database().position().map(Position::toString).orElse("unknown");
        String others = state.freshPeer(nowNanos)
                .map(peer -> peer.name() + " at "
                        + peer.position().map(Position::toString).orElse("unknown"))
                .orElse("the peer doesn't answer");
        return "no primary component and none may be made by rule (%s at %s; %s). Bring the other node back; if it is lost for good, type on the node"
                        .formatted(state.name(), own, others)
                + " with the later copy: " + OPERATOR_COMMAND;
    }

    private static void ofServices(SupervisionState state, long nowNanos, List<Alarm> alarms) {
        for (Service service : Service.values()) {
            if (state.service(service).flapping()) {
                alarms.add(new Alarm(
                        Code.SERVICE_FLAPPING,
                        "%s was started %d times within %d s and is left alone for now"
                                .formatted(Watched.of(service).label(), FlapLimit.MOST, FlapLimit.WINDOW.toSeconds())));
            }
        }
        if (state.database().flapping()) {
            alarms.add(new Alarm(
                    Code.SERVICE_FLAPPING,
                    "the database was started %d times within %d s and is left alone for now"
                            .formatted(FlapLimit.MOST, FlapLimit.WINDOW.toSeconds())));
        }
        if (!state.vip().healthy() && state.fit() && !state.vip().flaps().allows(nowNanos)) {
            alarms.add(new Alarm(
                    Code.VIP_FLAPPING,
                    "this node became fit too often within %d s; it offers itself again later"
                            .formatted(FlapLimit.WINDOW.toSeconds())));
        }
    }

    private static void ofSurroundings(SupervisionState state, long nowNanos, List<Alarm> alarms) {
        boolean peerSilent = state.freshPeer(nowNanos).isEmpty();
        if (peerSilent) {
            alarms.add(new Alarm(Code.PEER_SILENT, "the other node's supervisor doesn't answer"));
        }
        if (peerSilent && silent(state, Watched.ARBITER) && silent(state, Watched.GATEWAY)) {
            alarms.add(new Alarm(
                    Code.PROBABLY_ISOLATED, "peer, arbiter and gateway are all silent: this node is probably cut off"));
        }
        if (silent(state, Watched.ARBITER)) {
            alarms.add(new Alarm(
                    Code.ARBITER_SILENT,
                    "the arbiter doesn't answer: "
                            + Objects.requireNonNull(state.sights().get(Watched.ARBITER))
                                    .detail()));
        }
        state.freshPeer(nowNanos).ifPresent(peer -> {
            boolean leads = state.manager().filter(ManagerAnswer::leads).isPresent();
            if (leads && !state.vip().held() && peer.holdsVip()) {
                alarms.add(new Alarm(Code.VIP_NOT_AT_LEADER, "this node leads, but " + peer.name() + " holds the VIP"));
            }
            if (peer.holdsVip() && state.vip().held()) {
                alarms.add(new Alarm(Code.VIP_TWICE, "both nodes hold the VIP"));
            }
            if (!peer.holdsVip() && !state.vip().held()) {
                alarms.add(new Alarm(Code.VIP_NOWHERE, "neither node holds the VIP"));
            }
        });
    }

    private static boolean silent(SupervisionState state, Watched item) {
        Sight sight = state.sights().get(item);
        return sight != null && !sight.good();
    }
}
