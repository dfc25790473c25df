package io.holdfast.core;

import static io.holdfast.core.World.host;
import static io.holdfast.core.World.vm;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.inventory.PlacementScore;
import io.holdfast.core.inventory.Vm;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The placement settings of a cluster, from the agents' reports to where a VM is started. */
class PlacementScoreTest {
    private final World world = new World(3);

    private void score(PlacementScore score) {
        assertThat(world.request(new Request.ChangeSettings(
                        world.state.cluster().settings().withScore(score))))
                .isNull();
    }

    private void load(double first, double second, double third) {
        world.at(1).otherLoad = first;
        world.at(2).otherLoad = second;
        world.at(3).otherLoad = third;
    }

    private double seenLoad(int number) {
        return Objects.requireNonNull(
                        Objects.requireNonNull(world.state.health().get(host(number)))
                                .report())
                .cpuLoadCores();
    }

    @Test
    void runtimeLoadPutsAVmWhereTheAgentsReportTheLeast() {
        score(PlacementScore.RUNTIME_LOAD);
        load(4, 3, 1);
        world.run(120_000);
        world.request(new Request.AddVm(World.machine(1)));
        world.run(3000);
        assertThat(world.runningOn(vm(1))).isEqualTo(host(3));
    }

    @Test
    void peakOfOneReportMovesTheLoadALittleAndALastingOneFully() {
        load(1, 1, 1);
        world.run(120_000);
        assertThat(seenLoad(1)).isBetween(0.9, 1.1);
        load(7, 1, 1);
        world.run(600);
        assertThat(seenLoad(1)).isBetween(1.0, 1.4);
        world.run(180_000);
        assertThat(seenLoad(1)).isGreaterThan(6.5);
    }

    @Test
    void peakDoesNotTurnAPlanRound() {
        score(PlacementScore.RUNTIME_LOAD);
        load(4, 4, 2);
        world.run(180_000);
        load(1, 4, 3);
        world.run(1000);
        world.request(new Request.AddVm(World.machine(1)));
        world.run(3000);
        assertThat(world.runningOn(vm(1))).isEqualTo(host(3));
    }

    @Test
    void otherScoresDoNotLookAtTheLoadAndTiesGoToTheLowestHost() {
        for (PlacementScore score : new PlacementScore[] {PlacementScore.FEWEST_VMS, PlacementScore.CONFIGURED_SIZE}) {
            World each = new World(3);
            each.request(
                    new Request.ChangeSettings(each.state.cluster().settings().withScore(score)));
            each.at(1).otherLoad = 6;
            each.run(60_000);
            each.request(new Request.AddVm(World.machine(1)));
            each.run(3000);
            assertThat(each.runningOn(vm(1))).as("%s", score).isEqualTo(host(1));
            each.request(new Request.AddVm(World.machine(2)));
            each.run(3000);
            assertThat(each.runningOn(vm(2))).as("%s", score).isEqualTo(host(2));
        }
    }

    @Test
    void fewestVmsCountsVmsWhateverTheirSizeAndConfiguredSizeCountsTheirSize() {
        for (PlacementScore score : new PlacementScore[] {PlacementScore.FEWEST_VMS, PlacementScore.CONFIGURED_SIZE}) {
            World each = new World(2);
            each.request(
                    new Request.ChangeSettings(each.state.cluster().settings().withScore(score)));
            each.request(new Request.AddVm(cores(World.machine(1), 4)));
            each.run(3000);
            each.request(new Request.AddVm(World.machine(2)));
            each.run(3000);
            each.request(new Request.AddVm(World.machine(3)));
            each.run(3000);
            assertThat(each.runningOn(vm(1))).isEqualTo(host(1));
            assertThat(each.runningOn(vm(3)))
                    .as("%s", score)
                    .isEqualTo(score == PlacementScore.FEWEST_VMS ? host(1) : host(2));
        }
    }

    private static Vm cores(Vm vm, int cores) {
        return new Vm(
                vm.id(),
                vm.name(),
                cores,
                vm.memoryBytes(),
                vm.disks(),
                vm.nics(),
                vm.boot(),
                vm.requested(),
                vm.priority(),
                vm.ownershipIndex(),
                vm.ha());
    }

    @Test
    void capacityIsAHardLimitWithTheOvercommitRatiosOfTheCluster() {
        World each = new World(1);
        int cores = Objects.requireNonNull(each.state.facts().get(host(1))).cpuCores();
        each.request(new Request.ChangeSettings(each.state.cluster().settings().withOvercommit(1.0, 1.0)));
        each.request(new Request.AddVm(cores(World.machine(1), cores)));
        each.request(new Request.AddVm(World.machine(2)));
        each.run(5000);
        assertThat(each.runningOn(vm(1))).isEqualTo(host(1));
        assertThat(each.runningOn(vm(2))).isNull();
        each.request(new Request.ChangeSettings(each.state.cluster().settings().withOvercommit(2.0, 1.0)));
        each.run(10_000);
        assertThat(each.runningOn(vm(2))).isEqualTo(host(1));
    }
}
