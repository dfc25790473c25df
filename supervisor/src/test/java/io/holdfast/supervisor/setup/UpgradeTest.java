package io.holdfast.supervisor.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an upgrade does at each failure; the two nodes are stand-ins that know nothing but roles and versions. */
final class UpgradeTest {

    private static final String OLD = "0.1.0";
    private static final String NEW = "0.2.0";

    /** A node that is silent answers again while it is put back, not before. */
    private static final Upgrade.Patience PATIENCE =
            new Upgrade.Patience(Duration.ofMillis(1), Duration.ZERO, Duration.ofMillis(1), Duration.ofSeconds(2));

    @TempDir
    Path folder;

    private final List<String> done = new ArrayList<>();
    private final List<String> staged = new ArrayList<>();
    private final StandInNode first = new StandInNode("a");
    private final StandInNode second = new StandInNode("b");

    /** Of a node; not one. */
    private final class StandInNode implements NodeHands {
        private final String name;
        private final Set<String> brokenVersions = new HashSet<>();
        private final Set<String> noKeepalived = new HashSet<>();
        private boolean silentOnceChanged;
        private boolean silentLong;
        private boolean losesAnswers;
        private int silentFor;
        private final Set<Task> refused = new HashSet<>();
        private final Map<String, String> facts = new HashMap<>();
        private String version = OLD;
        private boolean leads;
        private boolean synced = true;

        StandInNode(String name) {
            this.name = name;
            facts.put("schema", "3");
            facts.put("free.bytes", Long.toString(1L << 40));
        }

        private boolean fit() {
            return !brokenVersions.contains(version);
        }

        @Override
        public Map<String, String> perform(Task task, Map<String, String> arguments) throws IOException {
            if (refused.contains(task)) {
                throw new IOException(name + " refuses " + task);
            }
            if (silentFor > 0) {
                silentFor--;
                throw new IOException(name + " is silent");
            }
            return switch (task) {
                case VERSIONS -> {
                    Map<String, String> told = new HashMap<>(facts);
                    told.putIfAbsent("current", version);
                    told.put("manager", fit() ? version : "");
                    told.put("supervisor", version);
                    told.put("clock", Long.toString(System.currentTimeMillis()));
                    yield told;
                }
                case STATUS ->
                    Map.of(
                            "status",
                            "{\"fit\":" + fit() + ",\"role\":\"" + (leads ? "leader" : "standby") + "\",\"held\":"
                                    + leads + ",\"synced\":" + synced
                                    + ",\"members\":3,\"items\":[{\"item\":\"keepalived\",\"good\":"
                                    + !noKeepalived.contains(version) + "}],\"peer\":{}}");
                case USE -> {
                    assertThat(leads).as("a node that leads is never changed").isFalse();
                    assertThat(arguments).as("the node itself looks too").containsEntry("unless", "leader");
                    version = arguments.getOrDefault("version", "");
                    done.add(name + " uses " + version);
                    silentFor = !silentOnceChanged ? 0 : silentLong ? 1000 : 2;
                    silentOnceChanged = false;
                    if (losesAnswers) {
                        throw new IOException(name + " is silent");
                    }
                    yield Map.of();
                }
                case HAND_OVER -> {
                    done.add(name + " hands over");
                    first.leads = !first.leads;
                    second.leads = !second.leads;
                    if (losesAnswers) {
                        throw new IOException(name + " is silent");
                    }
                    yield Map.of();
                }
                case STAGE -> {
                    staged.add(name);
                    facts.put("staged." + arguments.get("version"), arguments.get("sha256"));
                    yield Map.of();
                }
                default -> Map.of();
            };
        }
    }

    @BeforeEach
    void firstLeads() {
        first.leads = true;
    }

    private Upgrade upgrade(int schema) throws IOException {
        return upgrade(schema, PATIENCE);
    }

    private Upgrade upgrade(int schema, Upgrade.Patience patience) throws IOException {
        Path archive = folder.resolve("archive");
        Files.writeString(archive, "content");
        return new Upgrade(
                new Versions.Archive(archive, NEW, schema, "0", 7),
                new Upgrade.Nodes(new Upgrade.Node("a", first), new Upgrade.Node("b", second)),
                patience,
                new SetupProgress(folder, "upgrade", SetupStep.UPGRADE));
    }

    private boolean run() throws Exception {
        return upgrade(3).run();
    }

    private String said() throws IOException {
        return Files.readString(SetupProgress.file(folder));
    }

    private List<String> refusals(int schema) throws Exception {
        return upgrade(schema).refusals().stream()
                .map(refusal -> refusal.problem().code())
                .toList();
    }

    @Test
    void theStandbyFirstThenTheOther() throws Exception {
        assertThat(run()).as(said()).isTrue();
        assertThat(done).containsExactly("b uses " + NEW, "a hands over", "a uses " + NEW);
        assertThat(staged).as("both have it before one changes").containsExactly("b", "a");
        assertThat(said()).contains("\"state\":\"done\"", "b leads");
    }

    @Test
    void aStandbyThatDoesNotComeUpIsPutBackAndTheLeaderIsNotTouched() throws Exception {
        second.brokenVersions.add(NEW);
        assertThat(run()).isFalse();
        assertThat(done).containsExactly("b uses " + NEW, "b uses " + OLD);
        assertThat(first.leads).isTrue();
        assertThat(said()).contains("rolled-back", "b did not come up", "back on " + OLD, "a has led all the time");
    }

    @Test
    void theFormerLeaderThatDoesNotComeUpIsPutBackAndTheUpgradedOneLeads() throws Exception {
        first.brokenVersions.add(NEW);
        assertThat(run()).isFalse();
        assertThat(done).containsExactly("b uses " + NEW, "a hands over", "a uses " + NEW, "a uses " + OLD);
        assertThat(second.leads).isTrue();
        assertThat(said()).contains("rolled-back", "a did not come up", "b leads with version " + NEW);
        assertThat(staged).hasSize(2);
        first.brokenVersions.clear();
        assertThat(new Upgrade(
                                new Versions.Archive(folder.resolve("archive"), NEW, 3, "0", 7),
                                new Upgrade.Nodes(new Upgrade.Node("b", second), new Upgrade.Node("a", first)),
                                PATIENCE,
                                new SetupProgress(folder, "upgrade", SetupStep.UPGRADE))
                        .run())
                .isTrue();
        assertThat(staged).as("what is there is not sent again").hasSize(2);
        assertThat(first.version).isEqualTo(NEW);
    }

    @Test
    void whenTheLeadershipIsNotHandedOverTheStandbyIsPutBack() throws Exception {
        first.refused.add(Task.HAND_OVER);
        assertThat(run()).isFalse();
        assertThat(done).containsExactly("b uses " + NEW, "b uses " + OLD);
        assertThat(said())
                .contains("rolled-back", "was not handed over to b", "b is back on " + OLD, "a goes on leading");
    }

    @Test
    void anAnswerThatIsLostWhileTheLeadershipIsHandedOverChangesNothing() throws Exception {
        first.losesAnswers = true;
        assertThat(run()).isFalse();
        assertThat(done).startsWith("b uses " + NEW, "a hands over", "a uses " + NEW);
        assertThat(second.leads).as("who leads is left alone").isTrue();
        assertThat(second.version).isEqualTo(NEW);
    }

    @Test
    void theFormerLeaderIsNotTouchedWhenItIsNoStandbyAfterwards() throws Exception {
        first.synced = false;
        assertThat(run()).isFalse();
        assertThat(done).containsExactly("b uses " + NEW, "a hands over");
        assertThat(said()).contains("\"state\":\"failed\"", "b leads with version " + NEW, "left at version " + OLD);
    }

    @Test
    void aStandbyThatCouldNotHoldTheVirtualAddressIsNoStandby() throws Exception {
        second.noKeepalived.add(NEW);
        assertThat(run()).isFalse();
        assertThat(done).containsExactly("b uses " + NEW, "b uses " + OLD);
        assertThat(first.leads).isTrue();
    }

    @Test
    void aNodeThatIsSilentAtFirstIsPutBackWhenItAnswersAgain() throws Exception {
        second.silentOnceChanged = true;
        second.brokenVersions.add(NEW);
        assertThat(run()).isFalse();
        assertThat(done).containsExactly("b uses " + NEW, "b uses " + OLD);
        assertThat(said()).contains("rolled-back", "back on " + OLD);
    }

    @Test
    void thatItWasPutBackIsSeenEvenWhenTheAnswerIsLost() throws Exception {
        second.losesAnswers = true;
        assertThat(run()).isFalse();
        assertThat(done).containsExactly("b uses " + NEW, "b uses " + OLD);
        assertThat(said()).contains("rolled-back", "back on " + OLD);
    }

    @Test
    void aNodeThatStaysSilentIsToldAbout() throws Exception {
        second.silentOnceChanged = true;
        second.brokenVersions.add(NEW);
        Upgrade impatient = upgrade(
                3,
                new Upgrade.Patience(Duration.ofMillis(1), Duration.ZERO, Duration.ofMillis(1), Duration.ofMillis(1)));
        second.silentLong = true;
        assertThat(impatient.run()).isFalse();
        assertThat(first.leads).isTrue();
        assertThat(said())
                .contains("\"state\":\"failed\"", "could not be put back to " + OLD, "holdfast-supervisor use " + OLD);
    }

    @Test
    void aNodeThatGoesSilentBeforeAnythingHasChangedIsNotLeftAsRunning() throws Exception {
        second.silentFor = 1;
        assertThat(run()).isFalse();
        assertThat(done).isEmpty();
        assertThat(said()).contains("\"state\":\"failed\"", "It can't go on: b is silent", "the same command");
    }

    @Test
    void aVersionThatDoesNotArriveChangesNothing() throws Exception {
        second.refused.add(Task.STAGE);
        assertThat(run()).isFalse();
        assertThat(done).isEmpty();
        assertThat(said()).contains("rolled-back", "nothing was changed");
    }

    @Test
    void whatIsBrokenInBothVersionsIsSaid() throws Exception {
        second.brokenVersions.addAll(Set.of(OLD, NEW));
        assertThat(run()).isFalse();
        assertThat(said()).contains("\"state\":\"failed\"", "could not be put back to " + OLD);
    }

    @Test
    void anInterruptedUpgradeGoesOnWhereItWas() throws Exception {
        second.version = NEW;
        assertThat(refusals(3)).isEmpty();
        assertThat(run()).isTrue();
        assertThat(done).containsExactly("a hands over", "a uses " + NEW);
        done.clear();
        first.version = OLD;
        first.leads = false;
        second.leads = true;
        Upgrade fromTheOther = new Upgrade(
                new Versions.Archive(folder.resolve("archive"), NEW, 3, "0", 7),
                new Upgrade.Nodes(new Upgrade.Node("b", second), new Upgrade.Node("a", first)),
                PATIENCE,
                new SetupProgress(folder, "upgrade", SetupStep.UPGRADE));
        assertThat(fromTheOther.run()).isTrue();
        assertThat(done).containsExactly("a uses " + NEW);
        assertThat(second.leads).isTrue();
    }

    @Test
    void whatCannotEndWellIsRefused() throws Exception {
        assertThat(refusals(3)).isEmpty();
        assertThat(refusals(2)).containsOnly("schema-older");
        second.synced = false;
        assertThat(refusals(3)).containsExactly("not-well");
        second.synced = true;
        second.facts.put("free.bytes", "0");
        assertThat(refusals(3)).containsExactly("room");
        second.facts.put("free.bytes", "1000");
        second.facts.put("current", "");
        assertThat(refusals(3)).containsExactly("layout");
        second.facts.remove("current");
        second.facts.put("schema", "");
        assertThat(refusals(3)).containsExactly("not-well");
        second.facts.put("schema", "3");
        second.refused.add(Task.VERSIONS);
        assertThat(refusals(3)).containsExactly("node-silent");
        second.refused.clear();
        first.version = NEW;
        second.version = NEW;
        assertThat(refusals(3)).containsExactly("same-version");
        assertThat(done).isEmpty();
    }
}
