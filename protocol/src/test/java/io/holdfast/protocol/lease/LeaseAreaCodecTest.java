package io.holdfast.protocol.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LeaseAreaCodecTest {
    private static final String VM = "6f9619ff-8b86-4d01-b42d-00c04fc964ff";

    private static HostSlot slot(List<SlotRun> runs) {
        return new HostSlot("host1", 3, 77, PlaneView.OK, PlaneView.FAULT, 12, true, runs);
    }

    @Test
    void everyRecordComesBackAsItWasWritten() {
        HostSlot slot = slot(List.of(new SlotRun(VM, 5, true), new SlotRun("not-a-uuid", 1, false)));
        assertThat(HostSlot.decode(slot.encode())).isEqualTo(new Decoded.Present<>(slot));
        LeaseHeader header = new LeaseHeader("cluster", "datastore", 1000, 5000, 1000, 6000, 2000, 15000, 10000);
        assertThat(LeaseHeader.decode(header.encode())).isEqualTo(new Decoded.Present<>(header));
        OwnershipRecord ownership = new OwnershipRecord(VM, Long.MAX_VALUE, "host2");
        assertThat(OwnershipRecord.decode(ownership.encode())).isEqualTo(new Decoded.Present<>(ownership));
        for (MailboxCommand command : List.of(
                new MailboxCommand.StopVm(VM, 9), new MailboxCommand.FenceSelf(), new MailboxCommand.Report())) {
            MailboxRecord mailbox = new MailboxRecord(4, 9, command);
            assertThat(MailboxRecord.decode(mailbox.encode())).isEqualTo(new Decoded.Present<>(mailbox));
        }
    }

    @Test
    void theHeaderStartsWithTheMagicOfTheArea() {
        byte[] sector = new LeaseHeader("c", "d", 1, 2, 3, 4, 5, 6, 7).encode();
        assertThat(new String(sector, 0, 8, StandardCharsets.US_ASCII)).isEqualTo("HOLDFAST");
        assertThat(sector).hasSize(4096);
    }

    @Test
    void anUnwrittenSectorIsEmptyAndNotUnreadable() {
        assertThat(HostSlot.decode(new byte[4096])).isInstanceOf(Decoded.Empty.class);
        assertThat(OwnershipRecord.decode(new byte[512])).isInstanceOf(Decoded.Empty.class);
    }

    @Test
    void anyFlippedBitIsNoticed() {
        Random random = new Random(7);
        byte[] good = slot(List.of(new SlotRun(VM, 5, true))).encode();
        for (int i = 0; i < 2000; i++) {
            byte[] bad = good.clone();
            int bit = random.nextInt(bad.length * 8);
            bad[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(HostSlot.decode(bad)).as("bit %d", bit).isInstanceOf(Decoded.Unreadable.class);
        }
    }

    @Test
    void aTornWriteIsNoticed() {
        byte[] older = slot(List.of(new SlotRun(VM, 5, true))).encode();
        byte[] newer = new HostSlot("host1", 3, 78, PlaneView.OK, PlaneView.FAULT, 12, true, List.of()).encode();
        byte[] torn = older.clone();
        System.arraycopy(newer, 0, torn, 0, 512);
        assertThat(HostSlot.decode(torn)).isInstanceOf(Decoded.Unreadable.class);
    }

    @Test
    void aRecordOfAnotherKindIsNotTakenForThisOne() {
        assertThat(HostSlot.decode(new MailboxRecord(1, 1, new MailboxCommand.Report()).encode()))
                .isInstanceOf(Decoded.Unreadable.class);
        assertThat(HostSlot.decode(new byte[512])).isInstanceOf(Decoded.Unreadable.class);
    }

    @Test
    void runsThatDoNotFitAreLeftOutWithTheEndedOnesKeptAndTheListMarked() {
        List<SlotRun> runs = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            runs.add(new SlotRun(new UUID(1, i).toString(), i, i >= 390));
        }
        if (!(HostSlot.decode(slot(runs).encode()) instanceof Decoded.Present<HostSlot>(HostSlot slot))) {
            throw new AssertionError("unreadable");
        }
        assertThat(slot.complete()).isFalse();
        assertThat(slot.runs()).hasSizeGreaterThan(140);
        assertThat(slot.runs().stream().filter(SlotRun::ended)).hasSize(10);
    }

    @Test
    void noTwoRecordsOfTheAreaOverlap() {
        assertThat(LeaseAreaLayout.slotOffset(0)).isEqualTo(65_536);
        assertThat(LeaseAreaLayout.slotOffset(249) + 4096).isLessThanOrEqualTo(LeaseAreaLayout.mailboxOffset(0));
        assertThat(LeaseAreaLayout.mailboxOffset(249) + 4096).isLessThanOrEqualTo(LeaseAreaLayout.ownershipOffset(0));
        assertThat(LeaseAreaLayout.ownershipOffset(8191) + 512).isLessThanOrEqualTo(LeaseAreaLayout.AREA_BYTES);
        assertThatThrownBy(() -> LeaseAreaLayout.slotOffset(250)).hasMessageContaining("250");
    }
}
