package io.holdfast.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.health.EndCause;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.recovery.Failover;
import io.holdfast.core.recovery.VmOutcome;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The manager is killed right after each single commit of a fail-over, before anything of that step is carried out; the next one has only the database. Every recovery
 * goes on, and none happens twice.
 */
class RestartTest {
    enum Fault {
        POWER_CUT(world -> world.at(1).powerOff(), 12_000),
        POWER_CUT_WITHOUT_BMC(
                world -> {
                    world.at(1).bmcDead = true;
                    world.at(1).powerOff();
                },
                30_000),
        STORAGE_LOST(world -> world.at(1).storageCut = true, 20_000),
        HUNG_HOST(
                world -> {
                    world.at(1).agent = false;
                    world.at(1).managementCut = true;
                    world.at(1).storageCut = true;
                },
                30_000),
        CRASH(world -> world.at(1).end(world.on(1).getFirst(), EndCause.CRASHED), 6000),
        REBOOT(world -> world.at(1).reboot(world.nanos), 15_000);

        private final Consumer<World> inject;
        private final long limitMillis;

        Fault(Consumer<World> inject, long limitMillis) {
            this.inject = inject;
            this.limitMillis = limitMillis;
        }
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void everyRecoveryGoesOnAfterACrashAtAnyCommitAndNoneHappensTwice(Fault fault) {
        for (int crashAt = 0; crashAt < 60; crashAt++) {
            World world = new World(3).withVms(4);
            List<VmId> victims = world.on(1);
            fault.inject.accept(world);
            world.stepsUntilCrash = crashAt;
            world.run(fault.limitMillis);
            String context = fault + ", manager killed at commit " + crashAt + ":\n" + world.tail();
            for (VmId vm : victims) {
                assertThat(world.runningOn(vm)).as("%s back; %s", vm, context).isNotNull();
                assertThat(world.state.placements().get(vm).run())
                        .as("%s restarted at most once; %s", vm, context)
                        .isLessThanOrEqualTo(2);
            }
            assertThat(world.state.recoveries()).as(context).isEmpty();
            assertThat(world.database.failovers.values()).as(context).noneMatch(Failover::open);
            assertThat(world.database.failovers.values().stream()
                            .flatMap(failover -> failover.vms().stream())
                            .filter(outcome -> outcome.result() == VmOutcome.Result.RUNNING)
                            .map(VmOutcome::vm))
                    .as("each VM recovered once: " + context)
                    .doesNotHaveDuplicates();
            if (world.stepsUntilCrash >= 0) {
                assertThat(crashAt).as("the manager was killed at least once").isPositive();
                return;
            }
        }
    }
}
