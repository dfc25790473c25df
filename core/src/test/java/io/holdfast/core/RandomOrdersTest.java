package io.holdfast.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.health.EndCause;
import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.recovery.Failover;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Seeded random faults, losses, delays and manager restarts on a small cluster. {@link World} checks after each step that no placement is replaced without covering proofs, that
 * no older run is started, and that no VM ever has two processes; here it is checked that everything comes back once the faults are over.
 */
class RandomOrdersTest {
    private static final int SEEDS_PER_BLOCK = 10;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void neverTwoWritersAndEverythingComesBack(int block) {
        for (int seed = block * SEEDS_PER_BLOCK; seed < (block + 1) * SEEDS_PER_BLOCK; seed++) {
            try {
                play(seed);
            } catch (AssertionError | RuntimeException error) {
                throw new AssertionError("seed " + seed + ": " + error.getMessage(), error);
            }
        }
    }

    @Test
    void sameSeedGivesTheSameTraceToTheByte() {
        assertThat(play(7).trace.toString()).isEqualTo(play(7).trace.toString());
    }

    private static World play(int seed) {
        Random random = new Random(seed);
        World world = new World(3 + random.nextInt(2)).withVms(4);
        world.lost = command -> command instanceof Command.ToAgent && random.nextInt(20) == 0;
        int faults = 5 + random.nextInt(6);
        for (int count = 0; count < faults; count++) {
            fault(world, random);
            world.startDelayMillis = 20 + random.nextInt(3000);
            world.run(random.nextInt(9000));
        }
        world.lost = command -> false;
        heal(world);
        world.run(60_000);
        for (int number = 1; number <= 4; number++) {
            VmId vm = World.vm(number);
            if (world.state.vms().get(vm).requested() == RequestedState.STARTED) {
                assertThat(world.runningOn(vm))
                        .as("%s runs; %s", vm, world.tail())
                        .isNotNull();
            } else {
                assertThat(world.runningOn(vm))
                        .as("%s is stopped; %s", vm, world.tail())
                        .isNull();
            }
        }
        assertThat(world.state.recoveries()).isEmpty();
        assertThat(world.database.failovers.values()).noneMatch(Failover::open);
        return world;
    }

    private static void fault(World world, Random random) {
        int number = 1 + random.nextInt(world.hosts.size());
        FakeHost host = world.at(number);
        List<VmId> there = world.on(number);
        switch (random.nextInt(14)) {
            case 0, 1 -> host.powerOff();
            case 2 -> host.powerOn(world.nanos);
            case 3 -> host.managementCut = !host.managementCut;
            case 4 -> host.storageCut = !host.storageCut;
            case 5 -> host.bmcDead = !host.bmcDead;
            case 6 -> host.agent = !host.agent;
            case 7 -> {
                if (!there.isEmpty() && host.agent) {
                    host.end(there.getFirst(), EndCause.CRASHED);
                }
            }
            case 8, 9 -> world.restartManager();
            case 10 -> {
                if (host.connected && world.managerUp) {
                    world.disconnect(number);
                }
            }
            case 11 -> world.request(new Request.StopVm(World.vm(1 + random.nextInt(4)), true, 0));
            case 12 -> world.request(new Request.StartVm(World.vm(1 + random.nextInt(4))));
            case 13 -> {
                if (host.power) {
                    host.reboot(world.nanos);
                }
            }
            default -> throw new IllegalStateException();
        }
    }

    private static void heal(World world) {
        for (FakeHost host : world.hosts.values()) {
            host.managementCut = false;
            host.storageCut = false;
            host.bmcDead = false;
            host.agent = true;
            host.powerOn(world.nanos);
        }
    }
}
