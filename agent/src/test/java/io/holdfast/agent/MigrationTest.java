package io.holdfast.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.agent.testing.AgentProcess;
import io.holdfast.agent.testing.FakeManager;
import io.holdfast.agent.testing.GuestWatch;
import io.holdfast.agent.testing.TestAuthority;
import io.holdfast.agent.testing.TestHost;
import io.holdfast.agent.testing.TestNetwork;
import io.holdfast.agent.testing.TestNetwork.Cable;
import io.holdfast.protocol.agent.AcknowledgeEnded;
import io.holdfast.protocol.agent.CancelMigration;
import io.holdfast.protocol.agent.Command;
import io.holdfast.protocol.agent.CommandResult;
import io.holdfast.protocol.agent.Datastore;
import io.holdfast.protocol.agent.Disk;
import io.holdfast.protocol.agent.EndCause;
import io.holdfast.protocol.agent.Iscsi;
import io.holdfast.protocol.agent.LeaseGeneration;
import io.holdfast.protocol.agent.LeaseProfile;
import io.holdfast.protocol.agent.MigrateVm;
import io.holdfast.protocol.agent.Network;
import io.holdfast.protocol.agent.Nic;
import io.holdfast.protocol.agent.Outcome;
import io.holdfast.protocol.agent.PrepareIncoming;
import io.holdfast.protocol.agent.ProbeDatastore;
import io.holdfast.protocol.agent.Report;
import io.holdfast.protocol.agent.ResumeVm;
import io.holdfast.protocol.agent.StartVm;
import io.holdfast.protocol.agent.StopVm;
import io.holdfast.protocol.agent.VirtualMachine;
import io.holdfast.protocol.agent.VmState;
import io.holdfast.protocol.agent.Welcome;
import io.holdfast.protocol.lease.Decoded;
import io.holdfast.protocol.lease.LeaseAreaLayout;
import io.holdfast.protocol.lease.OwnershipRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Live migration between two real agents with a libvirtd each, in hosts of their own, of a guest that writes memory and disk all the time. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MigrationTest {
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final String VM = "6f9619ff-8b86-4d01-b42d-00c04fc964ff";
    private static final int OWNERSHIP = 7;

    @TempDir(factory = DiskDirectory.class)
    static Path directory;

    /** A host, its agent, and the manager that it talks to. */
    private record Side(int number, FakeManager manager, TestHost host, AgentProcess agent) {
        String id() {
            return "host-" + number;
        }

        String address() {
            return "10.99.1.1" + number;
        }

        long generation() {
            return manager.awaitReport(
                            "lease held",
                            SOON,
                            r -> r.getLeasesCount() == 1 && r.getLeases(0).getHeld())
                    .getLeases(0)
                    .getGeneration();
        }

        CommandResult ask(Command.Builder command) {
            return manager.ask(command, SOON);
        }

        VirtualMachine awaitState(long run, VmState state) {
            return manager
                    .awaitReport(
                            id() + " run " + run + " " + state,
                            SOON,
                            r -> r.getVmsList().stream().anyMatch(vm -> vm.getRun() == run && vm.getState() == state))
                    .getVmsList()
                    .stream()
                    .filter(vm -> vm.getRun() == run)
                    .findFirst()
                    .orElseThrow();
        }

        void restartAgent() throws Exception {
            agent.kill();
            manager.forgetReport();
            agent.start();
            manager.awaitReport("agent is back", SOON, Report::getInventoryComplete);
        }
    }

    private final AtomicInteger operations = new AtomicInteger();
    private TestNetwork network;
    private Side one;
    private Side two;
    private GuestWatch guest;
    private long run;

    @BeforeAll
    void start() throws Exception {
        TestAuthority authority = new TestAuthority(directory.resolve("pki"), "127.0.0.1", "host-1");
        authority.issueAgent("host-2");
        network = new TestNetwork(directory.resolve("net"), "busy-guest.bin");
        one = side(1, authority);
        two = side(2, authority);
        for (Side side : List.of(one, two)) {
            side.manager().awaitReport("linked", SOON, r -> r.getLeasesCount() == 1);
            CommandResult laidOut = side.ask(Command.newBuilder()
                    .setProbeDatastore(ProbeDatastore.newBuilder()
                            .setDatastore(datastore())
                            .setInitialise(true)));
            assertThat(laidOut.getMessage()).isEmpty();
            side.generation();
            side.manager().awaitReport("inventory read", SOON, Report::getInventoryComplete);
        }
        guest = new GuestWatch(network.disk());
    }

    private Side side(int number, TestAuthority authority) throws Exception {
        FakeManager manager = new FakeManager(authority, "127.0.0.1", welcome(number));
        TestHost host = new TestHost(directory.resolve("h" + number), manager.port(), network, number);
        AgentProcess agent = new AgentProcess(
                        directory.resolve("a" + number), authority, "host-" + number, 7443, host.enter())
                .with("migration.address", "0.0.0.0:7421");
        if (number == 2) {
            agent.with("tls.certificate", authority.file("host-2.pem").toString())
                    .with("tls.key", authority.file("host-2.key").toString());
        }
        return new Side(number, manager, host, agent.start());
    }

    @AfterAll
    void stop() throws Exception {
        guest.close();
        for (Side side : List.of(one, two)) {
            side.agent().close();
            side.host().close();
            side.manager().close();
        }
        network.close();
    }

    /** Whatever a test left is ended, so that each begins with a VM that runs afresh. */
    @AfterEach
    void endEverything() throws Exception {
        for (Side side : List.of(one, two)) {
            for (VirtualMachine vm :
                    side.manager().awaitReport("reported", SOON, r -> true).getVmsList()) {
                if (vm.getState() != VmState.VM_ENDED) {
                    side.ask(Command.newBuilder()
                            .setStopVm(StopVm.newBuilder()
                                    .setVmId(VM)
                                    .setRun(vm.getRun())
                                    .setForce(true)));
                    side.awaitState(vm.getRun(), VmState.VM_ENDED);
                }
                side.ask(Command.newBuilder()
                        .setAcknowledgeEnded(
                                AcknowledgeEnded.newBuilder().setVmId(VM).setRun(vm.getRun())));
            }
            side.manager().awaitReport("nothing left", SOON, r -> r.getVmsCount() == 0);
            assertThat(side.host().qemu()).isEmpty();
        }
    }

    private static Datastore datastore() {
        return Datastore.newBuilder()
                .setDatastoreId("san-1")
                .setIscsi(Iscsi.newBuilder()
                        .setPortal("10.99.2.2:3260")
                        .setTarget("iqn.2026-01.test:san")
                        .setLeaseLun(2))
                .build();
    }

    private static Welcome welcome(int number) {
        return Welcome.newBuilder()
                .setClusterId("cluster-1")
                .setLeaseSlot(number)
                .setReportIntervalMillis(200)
                .setLease(LeaseProfile.newBuilder()
                        .setRenewMillis(500)
                        .setLossMillis(8000)
                        .setKillMillis(500)
                        .setWatchdogMillis(3000)
                        .setInFlightMillis(1000)
                        .setExpiryMillis(20_000)
                        .setClockRateErrorPpm(10_000))
                .addDatastores(datastore())
                .addNetworks(Network.newBuilder().setName("guests").setBridge("vmbr0"))
                .build();
    }

    private StartVm definition(long ofRun, long generation) {
        return StartVm.newBuilder()
                .setVmId(VM)
                .setVmName("vm1")
                .setRun(ofRun)
                .setCpuCores(1)
                .setMemoryBytes(32L << 20)
                .addDisks(Disk.newBuilder()
                        .setDiskId("disk-1")
                        .setDatastoreId("san-1")
                        .setVolume("1"))
                .addNics(Nic.newBuilder().setNetwork("guests").setMac("52:54:00:00:00:01"))
                .addGenerations(
                        LeaseGeneration.newBuilder().setDatastoreId("san-1").setGeneration(generation))
                .setOwnershipIndex(OWNERSHIP)
                .build();
    }

    /** A new run on a host; the guest's number begins again. */
    private void startOn(Side side) throws Exception {
        run++;
        CommandResult result = side.ask(Command.newBuilder().setStartVm(definition(run, side.generation())));
        assertThat(result.getOutcome()).as(result.getMessage()).isEqualTo(Outcome.DONE);
        side.awaitState(run, VmState.VM_RUNNING);
        side.host().awaitGuestWrites(SOON);
        guest.close();
        guest = new GuestWatch(network.disk());
        awaitWrites();
    }

    private void awaitWrites() {
        int before = guest.count();
        await("the guest writes").atMost(SOON).until(() -> guest.count() >= before + 3);
    }

    private CommandResult prepare(Side target, Side source, long targetRun) {
        return prepare(target, source, targetRun, target.generation());
    }

    private CommandResult prepare(Side target, Side source, long targetRun, long generation) {
        return target.ask(Command.newBuilder()
                .setPrepareIncoming(PrepareIncoming.newBuilder()
                        .setVm(definition(targetRun, generation))
                        .setSourceHostId(source.id())));
    }

    private Command.Builder migrate(Side source, Side target) {
        return Command.newBuilder()
                .setMigrateVm(MigrateVm.newBuilder()
                        .setVmId(VM)
                        .setRun(run)
                        .setTargetRun(run + 1)
                        .setTargetHostId(target.id())
                        .setTargetAddress(target.address())
                        .addGenerations(LeaseGeneration.newBuilder()
                                .setDatastoreId("san-1")
                                .setGeneration(source.generation())));
    }

    private Command.Builder resume(Side target, long ofRun) {
        return Command.newBuilder()
                .setResumeVm(ResumeVm.newBuilder()
                        .setVmId(VM)
                        .setRun(ofRun)
                        .addGenerations(LeaseGeneration.newBuilder()
                                .setDatastoreId("san-1")
                                .setGeneration(target.generation())));
    }

    /** Sends without waiting; gives the operation. */
    private String send(Side side, Command.Builder command) {
        String id = "sent-" + operations.incrementAndGet();
        side.manager().send(command.setOperationId(id).setEpoch(1).build());
        return id;
    }

    /** Run {@code run} lives on one and is accepted on two. */
    private void startAndPrepare() throws Exception {
        startOn(one);
        CommandResult prepared = prepare(two, one, run + 1);
        assertThat(prepared.getOutcome()).as(prepared.getMessage()).isEqualTo(Outcome.DONE);
        two.awaitState(run + 1, VmState.VM_INCOMING);
    }

    /** Run {@code run} is handed over from one to two, and is complete and paused there. */
    private void handOver() throws Exception {
        startAndPrepare();
        CommandResult moved = one.ask(migrate(one, two));
        assertThat(moved.getOutcome()).as(moved.getMessage()).isEqualTo(Outcome.DONE);
        one.awaitState(run, VmState.VM_ENDED);
    }

    /** A migration that goes on until something ends it: the guest writes memory faster than it may be copied. */
    private String beginEndless() throws Exception {
        startAndPrepare();
        one.host().run("virsh", "-q", "migrate-setspeed", "vm1", "1");
        String operation = send(one, migrate(one, two));
        one.awaitState(run, VmState.VM_MIGRATING);
        await("the incoming QEMU").atMost(SOON).until(() -> two.host().qemu().size() == 1);
        awaitWrites();
        return operation;
    }

    @Test
    @Order(1)
    void movesABusyGuestWithoutTwoWritersAndRunsItOnlyOnTheThirdCommand() throws Exception {
        startOn(one);
        CommandResult prepared = prepare(two, one, run + 1);
        assertThat(prepared.getOutcome()).as(prepared.getMessage()).isEqualTo(Outcome.DONE);
        two.awaitState(run + 1, VmState.VM_INCOMING);
        assertThat(OwnershipRecord.decode(one.host().readLeases(LeaseAreaLayout.ownershipOffset(OWNERSHIP), 512)))
                .as("written before any process of it")
                .isEqualTo(new Decoded.Present<>(new OwnershipRecord(VM, run + 1, "host-2")));
        assertThat(two.host().qemu()).isEmpty();
        awaitWrites();
        guest.longestGapMillis();

        long begun = System.nanoTime();
        CommandResult moved = one.ask(migrate(one, two));
        long took = (System.nanoTime() - begun) / 1_000_000;
        assertThat(moved.getOutcome()).as(moved.getMessage()).isEqualTo(Outcome.DONE);
        assertThat(moved.getNothingRunning()).isTrue();
        assertThat(one.awaitState(run, VmState.VM_ENDED).getEndCause()).isEqualTo(EndCause.END_CAUSE_MIGRATED);
        assertThat(one.host().qemu()).isEmpty();
        assertThat(two.host().qemu()).hasSize(1);

        CommandResult resumed = two.ask(resume(two, run + 1));
        assertThat(resumed.getOutcome()).as(resumed.getMessage()).isEqualTo(Outcome.DONE);
        two.awaitState(run + 1, VmState.VM_RUNNING);
        awaitWrites();
        System.out.println("live migration took " + took + " ms, longest gap between two writes of the guest "
                + guest.longestGapMillis() + " ms");
        assertThat(guest.backwards()).as("two writers, or old memory").isZero();

        assertThat(two.ask(resume(two, run + 1)).getOutcome()).isEqualTo(Outcome.DONE);
        assertThat(one.ask(migrate(one, two)).getOutcome()).as("told again").isEqualTo(Outcome.DONE);
        assertThat(one.ask(Command.newBuilder().setStartVm(definition(run, one.generation())))
                        .getReasonCode())
                .isEqualTo("run-ended");
        assertThat(two.host().run("virsh", "-q", "dumpxml", "vm1"))
                .contains("run=\"" + (run + 1) + "\"", "iqn.2026-01.io.holdfast:host-2");
        run++;
    }

    @Test
    @Order(2)
    void refusesByEpochGenerationRunAndCallerAndNothingChanges() throws Exception {
        startOn(one);
        CommandResult refused = prepare(two, one, run + 1, two.generation() + 1);
        assertThat(refused.getReasonCode()).isEqualTo("generation");
        assertThat(refused.getNothingRunning()).isTrue();
        assertThat(prepare(two, one, run + 1).getReasonCode())
                .as("what was refused is never accepted later")
                .isEqualTo("run-ended");
        CommandResult notAwaited = one.ask(migrate(one, two));
        assertThat(notAwaited.getOutcome()).isEqualTo(Outcome.FAILED);
        assertThat(notAwaited.getMessage()).contains("not awaited");
        one.awaitState(run, VmState.VM_RUNNING);
        assertThat(one.ask(migrate(one, two)).getReasonCode())
                .as("a hand-over is tried once")
                .isEqualTo("target-run-spent");
        one.ask(Command.newBuilder()
                .setCancelMigration(
                        CancelMigration.newBuilder().setVmId(VM).setRun(run).setTargetRun(run + 2)));
        Command.Builder cancelled = migrate(one, two);
        cancelled.getMigrateVmBuilder().setTargetRun(run + 2);
        assertThat(one.ask(cancelled).getReasonCode()).isEqualTo("target-run-spent");
        Command.Builder stale = migrate(one, two);
        stale.getMigrateVmBuilder()
                .setTargetRun(run + 3)
                .getGenerationsBuilder(0)
                .setGeneration(99);
        assertThat(one.ask(stale).getReasonCode()).isEqualTo("generation");
        assertThat(two.ask(resume(two, run + 1)).getReasonCode()).isEqualTo("not-here");
        CommandResult wrongSource = prepare(two, new Side(3, two.manager(), two.host(), two.agent()), run + 4);
        assertThat(wrongSource.getOutcome()).isEqualTo(Outcome.DONE);
        assertThat(two.ask(resume(two, run + 4)).getReasonCode())
                .as("nothing has come")
                .isEqualTo("memory-incomplete");
        Command.Builder other = migrate(one, two);
        other.getMigrateVmBuilder().setTargetRun(run + 4);
        assertThat(one.ask(other).getMessage()).contains("awaited from host host-3");
        one.awaitState(run, VmState.VM_RUNNING);
        awaitWrites();
        assertThat(guest.backwards()).isZero();
        run += 4;
    }

    @Test
    @Order(3)
    void aTargetThatIsKilledLeavesTheGuestWhereItIs() throws Exception {
        String operation = beginEndless();
        two.host().run("kill", "-KILL", Long.toString(two.host().qemu().getFirst()));
        assertThat(two.awaitState(run + 1, VmState.VM_ENDED).getEndCause()).isEqualTo(EndCause.END_CAUSE_START_FAILED);
        assertThat(one.manager().awaitResult(operation, Duration.ofSeconds(10)).getOutcome())
                .isEqualTo(Outcome.FAILED);
        one.awaitState(run, VmState.VM_RUNNING);
        awaitWrites();
        assertThat(guest.backwards()).isZero();
        run++;
    }

    @Test
    @Order(4)
    void cancellingBreaksItOffAndTheGuestRunsOn() throws Exception {
        String operation = beginEndless();
        assertThat(one.ask(Command.newBuilder()
                                .setCancelMigration(CancelMigration.newBuilder()
                                        .setVmId(VM)
                                        .setRun(run)
                                        .setTargetRun(run + 1)))
                        .getOutcome())
                .isEqualTo(Outcome.DONE);
        assertThat(one.manager().awaitResult(operation, SOON).getOutcome()).isEqualTo(Outcome.FAILED);
        one.awaitState(run, VmState.VM_RUNNING);
        assertThat(two.awaitState(run + 1, VmState.VM_ENDED).getEndCause()).isEqualTo(EndCause.END_CAUSE_START_FAILED);
        awaitWrites();
        run++;
    }

    @Test
    @Order(5)
    void aSourceWhoseAgentIsKilledMidwayKeepsTheGuestAndTheHandOverIsNotTriedAgain() throws Exception {
        beginEndless();
        one.restartAgent();
        one.awaitState(run, VmState.VM_RUNNING);
        assertThat(one.ask(migrate(one, two)).getReasonCode()).isEqualTo("target-run-spent");
        assertThat(two.awaitState(run + 1, VmState.VM_ENDED).getEndCause()).isEqualTo(EndCause.END_CAUSE_START_FAILED);
        await("libvirt has given the migration up")
                .atMost(SOON)
                .until(() -> one.host().run("virsh", "-q", "domjobinfo", "vm1").contains("None"));
        awaitWrites();
        assertThat(guest.backwards()).isZero();
        run++;
    }

    @Test
    @Order(6)
    void aTargetWhoseAgentIsKilledKeepsTheIncomingGuestPausedAndRunsItOnCommand() throws Exception {
        handOver();
        two.restartAgent();
        two.awaitState(run + 1, VmState.VM_INCOMING);
        int count = guest.count();
        Thread.sleep(500);
        assertThat(guest.count()).as("it writes nothing").isEqualTo(count);
        CommandResult resumed = two.ask(resume(two, run + 1));
        assertThat(resumed.getOutcome()).as(resumed.getMessage()).isEqualTo(Outcome.DONE);
        two.awaitState(run + 1, VmState.VM_RUNNING);
        awaitWrites();
        assertThat(guest.backwards()).isZero();
        run++;
    }

    @Test
    @Order(7)
    void aGuestThatRunsAtTheTargetWithoutTheThirdCommandIsKilled() throws Exception {
        handOver();
        two.host().run("virsh", "-q", "resume", "vm1");
        assertThat(two.awaitState(run + 1, VmState.VM_ENDED).getEndCause()).isEqualTo(EndCause.END_CAUSE_CRASHED);
        assertThat(two.host().qemu()).isEmpty();
        CommandResult refused = two.ask(resume(two, run + 1));
        assertThat(refused.getReasonCode()).isEqualTo("not-here");
        assertThat(refused.getNothingRunning()).isTrue();
        run++;
    }

    @Test
    @Order(8)
    void anIncomingQemuThatWasNotAcceptedIsKilled() throws Exception {
        String said = two.host()
                .run(
                        "sh",
                        "-c",
                        "qemu-system-x86_64 -name guest=stray -uuid " + VM
                                + " -machine pc -m 16 -display none -S -incoming defer"
                                + " -fw_cfg 'name=opt/io.holdfast/placement,string=host-2 " + VM + " " + (run + 7)
                                + " san-1' -daemonize >/dev/null 2>/tmp/stray || cat /tmp/stray >&2");
        assertThat(said).isEmpty();
        await("killed").atMost(SOON).until(() -> two.host().qemu().isEmpty());
        assertThat(two.agent().log()).contains("hasn't been accepted here: killed");
    }

    @Test
    @Order(9)
    void aTargetCutOffFromStorageKillsTheIncomingGuest() throws Exception {
        handOver();
        network.cut(Cable.STORAGE, 2);
        assertThat(two.awaitState(run + 1, VmState.VM_ENDED).getEndCause()).isEqualTo(EndCause.END_CAUSE_SELF_FENCED);
        assertThat(two.host().qemu()).isEmpty();
        network.join(Cable.STORAGE, 2);
        two.generation();
        run++;
    }

    @Test
    @Order(10)
    void aConnectionCutInTheLastPhaseEndsInOneOfTwoWays() throws Exception {
        startAndPrepare();
        String operation = send(one, migrate(one, two));
        await("the guest stands still for the last phase")
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> guest.silentMillis() > 80 && two.host().qemu().size() == 1);
        // Its libvirtd can't answer any more that the memory is complete, so mostly the source must take it back.
        two.host().run("pkill", "-STOP", "libvirtd");
        network.cut(Cable.MANAGEMENT, 2);
        CommandResult outcome = one.manager().awaitResult(operation, SOON);
        System.out.println("cut in the last phase: " + outcome.getOutcome() + " " + outcome.getMessage());
        network.join(Cable.MANAGEMENT, 2);
        two.host().run("pkill", "-CONT", "libvirtd");
        if (outcome.getOutcome() == Outcome.DONE) {
            assertThat(one.awaitState(run, VmState.VM_ENDED).getEndCause()).isEqualTo(EndCause.END_CAUSE_MIGRATED);
            assertThat(two.ask(resume(two, run + 1)).getOutcome()).isEqualTo(Outcome.DONE);
        } else {
            one.awaitState(run, VmState.VM_RUNNING);
            two.ask(Command.newBuilder()
                    .setStopVm(StopVm.newBuilder().setVmId(VM).setRun(run + 1).setForce(true)));
            two.awaitState(run + 1, VmState.VM_ENDED);
        }
        awaitWrites();
        assertThat(guest.backwards()).isZero();
        run++;
    }
}
