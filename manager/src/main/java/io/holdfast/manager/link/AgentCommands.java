package io.holdfast.manager.link;

import io.holdfast.core.Command;
import io.holdfast.core.inventory.Cluster;
import io.holdfast.core.inventory.Datastore;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.LeaseProfile;
import io.holdfast.core.inventory.Vm;
import io.holdfast.protocol.agent.AcknowledgeEnded;
import io.holdfast.protocol.agent.Boot;
import io.holdfast.protocol.agent.CancelMigration;
import io.holdfast.protocol.agent.Disk;
import io.holdfast.protocol.agent.FenceSelf;
import io.holdfast.protocol.agent.Iscsi;
import io.holdfast.protocol.agent.LeaseGeneration;
import io.holdfast.protocol.agent.MailboxFence;
import io.holdfast.protocol.agent.MailboxReport;
import io.holdfast.protocol.agent.MailboxStopVm;
import io.holdfast.protocol.agent.ManagerMessage;
import io.holdfast.protocol.agent.MigrateVm;
import io.holdfast.protocol.agent.Network;
import io.holdfast.protocol.agent.Nic;
import io.holdfast.protocol.agent.Peer;
import io.holdfast.protocol.agent.PrepareIncoming;
import io.holdfast.protocol.agent.ProbePeer;
import io.holdfast.protocol.agent.ResumeVm;
import io.holdfast.protocol.agent.SharedPath;
import io.holdfast.protocol.agent.StartVm;
import io.holdfast.protocol.agent.StopVm;
import io.holdfast.protocol.agent.Welcome;
import io.holdfast.protocol.agent.WriteMailbox;
import java.util.Collection;
import java.util.List;

/** What the manager says to agents, from the core's form into the contract's. */
public final class AgentCommands {
    /** Port of the agents' probe answer where a host's address names none (docs/architecture.md). */
    public static final int PROBE_PORT = 7420;

    private AgentCommands() {}

    /** A command of the core as a message. */
    public static ManagerMessage message(Command.ToAgent command) {
        var result = io.holdfast.protocol.agent.Command.newBuilder()
                .setOperationId(command.operation().toString())
                .setEpoch(command.epoch());
        switch (command) {
            case Command.StartVm start -> result.setStartVm(start(start.vm(), start.run(), start.generations()));
            case Command.PrepareIncoming prepare ->
                result.setPrepareIncoming(PrepareIncoming.newBuilder()
                        .setVm(start(prepare.vm(), prepare.run(), prepare.generations()))
                        .setSourceHostId(prepare.source().value()));
            case Command.MigrateVm migrate ->
                result.setMigrateVm(MigrateVm.newBuilder()
                        .setVmId(migrate.vm().value())
                        .setRun(migrate.run())
                        .setTargetRun(migrate.targetRun())
                        .setTargetHostId(migrate.target().value())
                        .setTargetAddress(withoutPort(migrate.targetAddress()))
                        .addAllGenerations(generations(migrate.generations())));
            case Command.ResumeVm resume ->
                result.setResumeVm(ResumeVm.newBuilder()
                        .setVmId(resume.vm().value())
                        .setRun(resume.run())
                        .addAllGenerations(generations(resume.generations())));
            case Command.CancelMigration cancel ->
                result.setCancelMigration(CancelMigration.newBuilder()
                        .setVmId(cancel.vm().value())
                        .setRun(cancel.run())
                        .setTargetRun(cancel.targetRun()));
            case Command.StopVm stop ->
                result.setStopVm(StopVm.newBuilder()
                        .setVmId(stop.vm().value())
                        .setRun(stop.run())
                        .setForce(stop.force())
                        .setGraceMillis(stop.graceMillis()));
            case Command.ProbePeer probe ->
                result.setProbePeer(ProbePeer.newBuilder()
                        .setHostId(probe.target().value())
                        .setAddress(withProbePort(probe.targetAddress()))
                        .setTimeoutMillis(probe.timeoutMillis()));
            case Command.AcknowledgeEnded acknowledge ->
                result.setAcknowledgeEnded(AcknowledgeEnded.newBuilder()
                        .setVmId(acknowledge.vm().value())
                        .setRun(acknowledge.run()));
            case Command.WriteMailbox write -> result.setWriteMailbox(mailbox(write));
            case Command.FenceSelf fence -> result.setFenceSelf(FenceSelf.getDefaultInstance());
        }
        return ManagerMessage.newBuilder().setCommand(result).build();
    }

    private static StartVm start(Vm vm, long run, List<io.holdfast.core.placement.LeaseGeneration> generations) {
        StartVm.Builder result = StartVm.newBuilder()
                .setVmId(vm.id().value())
                .setVmName(vm.name())
                .setRun(run)
                .setCpuCores(vm.cpuCores())
                .setMemoryBytes(vm.memoryBytes())
                .setOwnershipIndex(vm.ownershipIndex())
                .setBoot(Boot.newBuilder()
                        .setKernel(vm.boot().kernel())
                        .setInitrd(vm.boot().initrd())
                        .setCommandLine(vm.boot().commandLine()));
        vm.disks()
                .forEach(disk -> result.addDisks(Disk.newBuilder()
                        .setDiskId(disk.id())
                        .setDatastoreId(disk.datastore().value())
                        .setVolume(disk.volume())
                        .setSizeBytes(disk.sizeBytes())
                        .setReadOnly(disk.readOnly())));
        vm.nics()
                .forEach(nic -> result.addNics(
                        Nic.newBuilder().setNetwork(nic.network()).setMac(nic.mac())));
        return result.addAllGenerations(generations(generations)).build();
    }

    private static List<LeaseGeneration> generations(List<io.holdfast.core.placement.LeaseGeneration> generations) {
        return generations.stream()
                .map(generation -> LeaseGeneration.newBuilder()
                        .setDatastoreId(generation.datastore().value())
                        .setGeneration(generation.generation())
                        .build())
                .toList();
    }

    private static WriteMailbox mailbox(Command.WriteMailbox write) {
        WriteMailbox.Builder result = WriteMailbox.newBuilder()
                .setDatastoreId(write.datastore().value())
                .setHostId(write.target().value())
                .setCommandId(write.operation().toLong());
        switch (write.mail()) {
            case Command.Mail.StopVm stop ->
                result.setStopVm(
                        MailboxStopVm.newBuilder().setVmId(stop.vm().value()).setRun(stop.run()));
            case Command.Mail.Fence fence -> result.setFence(MailboxFence.getDefaultInstance());
            case Command.Mail.Report report -> result.setReport(MailboxReport.getDefaultInstance());
        }
        return result.build();
    }

    /**
     * The complete Welcome for one host.
     *
     * @param hosts all hosts of the cluster; its peers are the others
     */
    public static Welcome welcome(
            String managerId,
            long epoch,
            boolean leader,
            Cluster cluster,
            Host host,
            Collection<Host> hosts,
            Collection<Datastore> datastores) {
        Welcome.Builder result = Welcome.newBuilder()
                .setManagerId(managerId)
                .setEpoch(epoch)
                .setLeader(leader)
                .setLease(lease(cluster.settings().lease()))
                .setLeaseSlot(host.leaseSlot())
                .setReportIntervalMillis(cluster.settings().reportIntervalMillis())
                .setClusterId(cluster.id().value());
        datastores.stream()
                .filter(datastore -> host.datastores().contains(datastore.id()))
                .forEach(datastore -> result.addDatastores(datastore(datastore)));
        hosts.stream()
                .filter(other -> !other.id().equals(host.id()))
                .forEach(other -> result.addPeers(Peer.newBuilder()
                        .setHostId(other.id().value())
                        .setAddress(withProbePort(other.managementAddress()))
                        .setLeaseSlot(other.leaseSlot())));
        host.networks()
                .forEach(network -> result.addNetworks(Network.newBuilder()
                        .setName(network.network())
                        .setBridge(network.bridge())
                        .addAllUplinks(network.uplinks())));
        return result.build();
    }

    /** A datastore as agents know it. */
    public static io.holdfast.protocol.agent.Datastore datastore(Datastore datastore) {
        var result = io.holdfast.protocol.agent.Datastore.newBuilder()
                .setDatastoreId(datastore.id().value());
        switch (datastore.location()) {
            case Datastore.Location.Iscsi iscsi ->
                result.setIscsi(Iscsi.newBuilder()
                        .setPortal(iscsi.portal())
                        .setTarget(iscsi.target())
                        .setLeaseLun(iscsi.leaseLun()));
            case Datastore.Location.SharedPath shared ->
                result.setSharedPath(SharedPath.newBuilder().setPath(shared.path()));
        }
        return result.build();
    }

    private static io.holdfast.protocol.agent.LeaseProfile lease(LeaseProfile lease) {
        return io.holdfast.protocol.agent.LeaseProfile.newBuilder()
                .setRenewMillis(lease.renewMillis())
                .setLossMillis(lease.lossMillis())
                .setKillMillis(lease.killMillis())
                .setWatchdogMillis(lease.watchdogMillis())
                .setInFlightMillis(lease.inFlightMillis())
                .setExpiryMillis(lease.expiryMillis())
                .setClockRateErrorPpm(lease.clockRateErrorPpm())
                .build();
    }

    private static String withoutPort(String address) {
        int colon = address.indexOf(':');
        return colon < 0 ? address : address.substring(0, colon);
    }

    private static String withProbePort(String address) {
        return address.contains(":") ? address : address + ":" + PROBE_PORT;
    }
}
