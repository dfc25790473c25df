package io.holdfast.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two supervisors around a loss, from many seeds: when the databases leave and enter the primary component, when managers renew and what probes see
 * varies within what was measured. keepalived takes the VIP 0.6 s after it last heard a healthy holder, and drops it when its node isn't healthy.
 */
class VipPropertyTest {

    private static final int SEEDS = 300;
    private static final long LOST_AT = 5_000;

    /** What happens to the node that leads and holds the VIP. */
    private enum Loss {
        POWER(true, 0, 0),
        LINK_TO_THE_PEER(false, 1_000, 3_500),
        LINKS_TO_PEER_AND_ARBITER(false, 1_000, 0);

        final boolean leaderIsGone;
        /** Earliest instants at which the leader's database leaves the primary component and is back; 0: never. */
        final long leavesMillis;

        final long backMillis;

        Loss(boolean leaderIsGone, long leavesMillis, long backMillis) {
            this.leaderIsGone = leaderIsGone;
            this.leavesMillis = leavesMillis;
            this.backMillis = backMillis;
        }
    }

    private final class Node {
        final String name;
        SupervisionState state;
        boolean held;
        long heardMillis;

        Node(String name) {
            this.name = name;
            this.state = SupervisionState.started(name, true, GaleraRecovery.PATIENCE, false, 0);
        }

        void see(Observation observation) {
            state = Supervision.step(state, observation).state();
        }
    }

    private final Node leader = new Node("mn1");
    private final Node standby = new Node("mn2");
    private long millis;

    @ParameterizedTest
    @EnumSource
    void oneNodeHoldsTheVipWithinThreeSecondsAndForGood(Loss loss) {
        List<String> breaches = new ArrayList<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            String story = new VipPropertyTest().play(loss, new Random(seed));
            if (!story.isEmpty()) {
                breaches.add("seed " + seed + ": " + story);
            }
        }
        assertThat(breaches).isEmpty();
    }

    /** Empty when all was well. */
    private String play(Loss loss, Random random) {
        long leaves = LOST_AT + loss.leavesMillis + random.nextInt(1_200);
        long back = LOST_AT + loss.backMillis + random.nextInt(1_000);
        long leadsAgain = back + 50 + random.nextInt(350);
        long takesOver = LOST_AT + 1_400 + random.nextInt(900);
        long offset = random.nextInt(1_000);
        StringBuilder story = new StringBuilder();
        for (millis = 1; millis < LOST_AT + 12_000; millis++) {
            boolean lost = millis >= LOST_AT;
            boolean linked = !lost;
            boolean out = loss.leavesMillis > 0 && millis >= leaves && (loss.backMillis == 0 || millis < back);
            boolean leaderLeads =
                    !lost || millis < LOST_AT + 900 || loss == Loss.LINK_TO_THE_PEER && millis >= leadsAgain;
            boolean standbyLeads = lost && loss != Loss.LINK_TO_THE_PEER && millis >= takesOver;
            boolean leaderLives = !lost || !loss.leaderIsGone;
            if (leaderLives) {
                Optional<String> seen =
                        leaderLeads ? Optional.of("mn1") : standbyLeads && !out ? Optional.of("mn2") : Optional.empty();
                look(leader, leaderLeads, seen, Optional.of("mn1"), !out, offset);
                arbiter(leader, !(lost && loss == Loss.LINKS_TO_PEER_AND_ARBITER), offset);
            } else {
                leader.held = false;
            }
            boolean standbyOut = loss == Loss.LINK_TO_THE_PEER && out;
            Optional<String> seen = standbyLeads
                    ? Optional.of("mn2")
                    : leaderLeads && millis < LOST_AT + 200 || leaderLeads && millis > back
                            ? Optional.of("mn1")
                            : Optional.empty();
            look(standby, standbyLeads, seen, Optional.of(standbyLeads ? "mn2" : "mn1"), !standbyOut, offset + 37);
            arbiter(standby, true, offset + 400);
            if (linked && millis % 150 == 0) {
                hear(leader, standby);
                hear(standby, leader);
            }
            boolean standbyHears = linked && leader.held;
            boolean leaderHears = linked && standby.held;
            keepalived(leader, leaderLives, leaderHears, 600);
            keepalived(standby, true, standbyHears, 602);
            boolean late = millis > LOST_AT + 3_000;
            if (late && leader.held == standby.held) {
                return (millis - LOST_AT) + " ms after the loss " + (leader.held ? "both hold" : "nobody holds")
                        + " the VIP" + story;
            }
            if (millis % 100 == 0 && lost && story.length() < 2_000) {
                story.append(' ')
                        .append(millis - LOST_AT)
                        .append(leader.held ? "L" : "")
                        .append(standby.held ? "S" : "");
            }
        }
        return "";
    }

    private void look(
            Node node, boolean leads, Optional<String> seen, Optional<String> last, boolean primary, long offset) {
        long nowNanos = Duration.ofMillis(millis).toNanos();
        if ((millis + offset) % 100 == 0) {
            ManagerAnswer answer = new ManagerAnswer(leads ? "leader" : "standby", 3, seen, 100, last, false);
            node.see(
                    new Observation.ServiceSeen(Service.KEEPALIVED, ProbeOutcome.GOOD, "", Optional.empty(), nowNanos));
            node.see(new Observation.ServiceSeen(Service.CONSOLE, ProbeOutcome.GOOD, "", Optional.empty(), nowNanos));
            node.see(
                    new Observation.ServiceSeen(Service.MANAGER, ProbeOutcome.GOOD, "", Optional.of(answer), nowNanos));
            node.see(new Observation.VipSeen(node.held, nowNanos));
        }
        if ((millis + offset) % 100 == 50) {
            Position position = new Position(PairModel.HISTORY, 100);
            node.see(new Observation.DatabaseSeen(
                    new DatabaseView.Answering(
                            primary, primary, primary ? 4 : 1, Optional.of(position), primary ? 3 : 1, 0),
                    nowNanos));
        }
    }

    private void arbiter(Node node, boolean answers, long offset) {
        if ((millis + offset) % (answers ? 1_000 : 1_500) == 0) {
            node.see(new Observation.EvidenceSeen(
                    Evidence.ARBITER, answers, "", Duration.ofMillis(millis).toNanos()));
        }
    }

    private void hear(Node node, Node other) {
        long nowNanos = Duration.ofMillis(millis).toNanos();
        node.see(new Observation.PeerSeen(Optional.of(other.state.report(nowNanos)), nowNanos, nowNanos));
    }

    private void keepalived(Node node, boolean lives, boolean hears, long patience) {
        if (hears) {
            node.heardMillis = millis;
        }
        if (!lives || !node.state.vip().healthy()) {
            node.held = false;
            node.heardMillis = millis;
        } else if (millis - node.heardMillis >= patience) {
            node.held = true;
        }
    }
}
