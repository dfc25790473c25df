package io.holdfast.core;

import io.holdfast.core.inventory.Bmc;
import io.holdfast.core.inventory.Datastore;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.placement.LeaseGeneration;
import java.util.List;

/** Something to be carried out after the changes of the same step are committed. Each is answered by an event that names its operation. */
public sealed interface Command {
    /** Names it in its answer; the same again means the same operation, sent again. */
    OperationId operation();

    /** The host that it is about. */
    HostId host();

    /** Goes to the agent of {@link #host}, and is answered by {@link Event.CommandResult}. If that agent is not connected, drop it: the core sends it again. */
    sealed interface ToAgent extends Command {
        /** Leadership epoch; agents refuse lower ones than they have seen. */
        long epoch();
    }

    /** Goes to the BMC of {@link #host}. */
    sealed interface ToBmc extends Command {
        /** The BMC. */
        Bmc bmc();
    }

    /**
     * Goes to the storage of {@link #datastore}, by its lock-out driver. The storage carries out the commands about one host in the order of their operations: one that is older than the last carried
     * out is refused, so a delayed one of a former leader neither lets in whom a later one locked out nor the other way round.
     */
    sealed interface ToStorage extends Command {
        /** The datastore; its driver is not null. */
        Datastore datastore();
    }

    /** Start one run of a VM. */
    record StartVm(OperationId operation, long epoch, HostId host, Vm vm, long run, List<LeaseGeneration> generations)
            implements ToAgent {
        public StartVm {
            generations = List.copyOf(generations);
        }
    }

    /** Stop one run of a VM: at once if forced, else by asking the guest and killing it after the grace. */
    record StopVm(OperationId operation, long epoch, HostId host, VmId vm, long run, boolean force, int graceMillis)
            implements ToAgent {}

    /**
     * Live migration, first: the target's agent accepts the new run, as it would a start, and writes the ownership record; the guest is not to run there before {@link ResumeVm}.
     *
     * @param host the target
     * @param run the new run
     * @param generations the target's
     */
    record PrepareIncoming(
            OperationId operation,
            long epoch,
            HostId host,
            Vm vm,
            long run,
            List<LeaseGeneration> generations,
            HostId source)
            implements ToAgent {
        public PrepareIncoming {
            generations = List.copyOf(generations);
        }
    }

    /**
     * Live migration, second: the source's agent hands the guest over, paused, and says so when its own process has been reaped.
     *
     * @param host the source
     * @param run the run that is moved
     * @param targetRun the run that it becomes at the target
     * @param targetAddress management address of the target
     * @param generations the source's
     */
    record MigrateVm(
            OperationId operation,
            long epoch,
            HostId host,
            VmId vm,
            long run,
            long targetRun,
            HostId target,
            String targetAddress,
            List<LeaseGeneration> generations)
            implements ToAgent {
        public MigrateVm {
            generations = List.copyOf(generations);
        }
    }

    /** Live migration, third, once the source's end is committed: the target lets the guest run. */
    record ResumeVm(
            OperationId operation, long epoch, HostId host, VmId vm, long run, List<LeaseGeneration> generations)
            implements ToAgent {
        public ResumeVm {
            generations = List.copyOf(generations);
        }
    }

    /** Live migration given up: the source's agent cancels what is under way, and never begins a migration to this run or an older one. */
    record CancelMigration(OperationId operation, long epoch, HostId host, VmId vm, long run, long targetRun)
            implements ToAgent {}

    /** The agent of {@code host} asks the probe port of {@code target}. */
    record ProbePeer(
            OperationId operation, long epoch, HostId host, HostId target, String targetAddress, int timeoutMillis)
            implements ToAgent {}

    /** The end of this run is stored. */
    record AcknowledgeEnded(OperationId operation, long epoch, HostId host, VmId vm, long run) implements ToAgent {}

    /** The agent of {@code host} writes into the mailbox of {@code target} on a datastore. The mailbox command's id is {@code operation.toLong()}. */
    record WriteMailbox(OperationId operation, long epoch, HostId host, HostId target, DatastoreId datastore, Mail mail)
            implements ToAgent {}

    /** Kill every VM on the host at once and report the ends. */
    record FenceSelf(OperationId operation, long epoch, HostId host) implements ToAgent {}

    /** Read the power state; answered by {@link Event.PowerRead} within about a second, also when the BMC is silent. */
    record ReadPower(OperationId operation, HostId host, Bmc bmc) implements ToBmc {}

    /** Switch the power off by force; answered by {@link Event.PowerOffDone}. */
    record PowerOff(OperationId operation, HostId host, Bmc bmc) implements ToBmc {}

    /** Refuse the host from now on, end its sessions, and answer when nothing of it is being carried out any more; answered by {@link Event.LockOutDone}. */
    record LockOut(OperationId operation, HostId host, Datastore datastore) implements ToStorage {}

    /** The host may use the datastore again; answered by {@link Event.LetInDone}. */
    record LetIn(OperationId operation, HostId host, Datastore datastore) implements ToStorage {}

    /** What is written into a mailbox. */
    sealed interface Mail {
        /** Stop that run at once. */
        record StopVm(VmId vm, long run) implements Mail {}

        /** Kill every VM. */
        record Fence() implements Mail {}

        /** Write the state of your VMs into your slot. */
        record Report() implements Mail {}
    }
}
