package io.holdfast.agent.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.agent.rule.LeaseRule.Phase;
import io.holdfast.agent.rule.LeaseTimes;
import io.holdfast.agent.state.LeaseMemory;
import io.holdfast.protocol.lease.Decoded;
import io.holdfast.protocol.lease.HostSlot;
import io.holdfast.protocol.lease.LeaseAreaLayout;
import io.holdfast.protocol.lease.LeaseHeader;
import io.holdfast.protocol.lease.MailboxCommand;
import io.holdfast.protocol.lease.MailboxRecord;
import io.holdfast.protocol.lease.PlaneView;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keeper and observer step by step on a disk in memory, with a clock that the test moves. */
class LeaseKeeperTest {
    private static final long S = 1_000_000_000L;
    private static final LeaseTimes TIMES = LeaseTimes.standard();

    @TempDir
    Path directory;

    private final MemoryLeaseArea.Disk disk = new MemoryLeaseArea.Disk();
    private final MemoryLeaseArea area = new MemoryLeaseArea(disk);
    private long now = 100 * S;
    private boolean vmsAlive;

    private final LeaseKeeper.Surroundings surroundings = new LeaseKeeper.Surroundings() {
        @Override
        public boolean vmsAlive(String datastoreId) {
            return vmsAlive;
        }

        @Override
        public LeaseKeeper.Contents contents() {
            return new LeaseKeeper.Contents(PlaneView.OK, PlaneView.OK, List.of());
        }

        @Override
        public void changed() {}
    };

    @BeforeEach
    void layOut() throws IOException {
        header("cluster-1", "datastore-1");
    }

    private void header(String cluster, String datastore) throws IOException {
        area.write(
                LeaseAreaLayout.HEADER_OFFSET,
                new LeaseHeader(cluster, datastore, 1000, 5000, 1000, 6000, 2000, 15_000, 10_000).encode(),
                LeaseArea.Durability.FLUSHED);
    }

    private LeaseKeeper keeper(String hostId, String bootId) throws IOException {
        return new LeaseKeeper(
                new LeaseKeeper.Identity("cluster-1", "datastore-1", hostId, 3),
                TIMES,
                area,
                new LeaseMemory(directory, directory, "datastore-1", bootId),
                surroundings,
                () -> now);
    }

    private LeaseKeeper held() throws IOException {
        LeaseKeeper keeper = keeper("host-1", "boot-1");
        assertThat(keeper.step()).isEqualTo(Duration.ZERO);
        keeper.step();
        assertThat(keeper.rule().phase()).isEqualTo(Phase.HELD);
        return keeper;
    }

    private HostSlot slot() throws IOException {
        byte[] sector = area.read(LeaseAreaLayout.slotOffset(3), LeaseAreaLayout.SECTOR_BYTES);
        if (HostSlot.decode(sector) instanceof Decoded.Present<HostSlot>(HostSlot slot)) {
            return slot;
        }
        throw new AssertionError("the slot is not readable");
    }

    @Test
    void aLostLeaseBeginsAnewOnlyWhenEveryVmThereIsReaped() throws IOException {
        LeaseKeeper keeper = held();
        vmsAlive = true;
        area.cut(true);
        now += 5 * S;
        keeper.step();
        assertThat(keeper.rule().phase()).isEqualTo(Phase.LOST);
        area.cut(false);
        keeper.step();
        keeper.step();
        assertThat(keeper.rule().phase()).as("not while a VM lives").isEqualTo(Phase.LOST);
        assertThat(keeper.error()).contains("reaped");
        vmsAlive = false;
        keeper.step();
        keeper.step();
        assertThat(keeper.rule().phase()).isEqualTo(Phase.HELD);
        assertThat(slot().generation()).isEqualTo(2);
    }

    @Test
    void renewalsThatLandWithoutAcknowledgementDoNotKeepTheLease() throws IOException {
        LeaseKeeper keeper = held();
        vmsAlive = true;
        area.loseAcknowledgements(true);
        for (int i = 0; i < 5; i++) {
            now += S;
            keeper.step();
        }
        assertThat(keeper.rule().phase()).isEqualTo(Phase.LOST);
    }

    @Test
    void aRestartedAgentGoesOnWithAnotherSequenceAndANewBootBeginsANewGeneration() throws IOException {
        held();
        long before = slot().sequence();
        now += 2 * S;
        LeaseKeeper restarted = keeper("host-1", "boot-1");
        assertThat(restarted.rule().phase()).isEqualTo(Phase.HELD);
        restarted.step();
        assertThat(slot().generation()).isEqualTo(1);
        assertThat(slot().sequence())
                .as("never the bytes of a renewal that was not recorded")
                .isGreaterThan(before + 1);
        LeaseKeeper booted = keeper("host-1", "boot-2");
        assertThat(booted.rule().phase()).isEqualTo(Phase.NONE);
        booted.step();
        booted.step();
        assertThat(slot().generation()).isEqualTo(2);
    }

    @Test
    void theGenerationGrowsAlsoWhenTheStorageHasForgottenIt() throws IOException {
        held();
        area.write(LeaseAreaLayout.slotOffset(3), new byte[4096], LeaseArea.Durability.FLUSHED);
        LeaseKeeper booted = keeper("host-1", "boot-2");
        booted.step();
        booted.step();
        assertThat(slot().generation()).isEqualTo(2);
    }

    @Test
    void aForeignAreaOrASlotOfAnotherHostIsNeverWritten() throws IOException {
        held();
        LeaseKeeper other = keeper("host-2", "boot-9");
        other.step();
        assertThat(other.error()).contains("slot 3 belongs to host host-1");
        assertThat(slot().hostId()).isEqualTo("host-1");
        header("cluster-2", "datastore-1");
        LeaseKeeper strange = keeper("host-1", "boot-9");
        strange.step();
        assertThat(strange.error()).contains("belongs to datastore datastore-1 of cluster cluster-2");
        assertThat(strange.rule().phase()).isEqualTo(Phase.NONE);
    }

    @Test
    void theObserverReadsExactlyWhenTheTimeIsUpAndHandsOnEachLetterOnce() throws IOException {
        LeaseKeeper keeper = held();
        List<MailboxRecord> letters = new ArrayList<>();
        List<String> decisive = new ArrayList<>();
        LeaseObserver observer =
                new LeaseObserver(keeper, area, () -> now, letters::add, () -> decisive.add("changed"));
        observer.watch(List.of(new LeaseObserver.Subject("host-2", 4), new LeaseObserver.Subject("host-9", 200)));
        MailboxRecord letter = new MailboxRecord(1, 5, new MailboxCommand.Report());
        area.write(LeaseAreaLayout.mailboxOffset(3), letter.encode(), LeaseArea.Durability.FLUSHED);
        long first = now;
        Duration wait = observer.step();
        while (now + wait.toNanos() < first + 16 * S) {
            now += wait.toNanos();
            if (now - keeper.rule().lastStartNanos() >= S) {
                keeper.step();
            }
            wait = observer.step();
            if (!decisive.isEmpty()) {
                break;
            }
        }
        assertThat(now - first).as("no later than E itself").isEqualTo(15 * S);
        assertThat(observer.observations()).hasSize(2).allSatisfy(seen -> {
            assertThat(seen.unchangedNanos()).isEqualTo(15 * S);
            assertThat(seen.observerHeld()).isTrue();
            assertThat(seen.slot()).isEmpty();
        });
        assertThat(letters).containsExactly(letter);
    }
}
