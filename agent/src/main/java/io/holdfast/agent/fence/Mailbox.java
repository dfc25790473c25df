package io.holdfast.agent.fence;

import io.holdfast.agent.lease.LeaseKeeper;
import io.holdfast.agent.state.EpochMemory;
import io.holdfast.agent.state.LeaseMemory;
import io.holdfast.agent.vm.VmCommands;
import io.holdfast.protocol.lease.MailboxCommand;
import io.holdfast.protocol.lease.MailboxRecord;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Obeys what a manager has put into this host's mailbox (safety argument, section 4): of the highest epoch only, written
 * down when it has been carried out, and then acknowledged in the slot. A crash in between carries it out again.
 */
public final class Mailbox {
    private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);

    private final EpochMemory epochs;
    private final Function<String, LeaseMemory> memories;
    private final VmCommands vms;
    private final Executor executor;
    private final Consumer<String> renewNow;

    /** {@code memories} and {@code renewNow} go by datastore. */
    public Mailbox(
            EpochMemory epochs,
            Function<String, LeaseMemory> memories,
            VmCommands vms,
            Executor executor,
            Consumer<String> renewNow) {
        this.epochs = epochs;
        this.memories = memories;
        this.vms = vms;
        this.executor = executor;
        this.renewNow = renewNow;
    }

    /** Returns at once. */
    public void received(LeaseKeeper keeper, MailboxRecord letter) {
        executor.execute(() -> obey(keeper, letter));
    }

    private void obey(LeaseKeeper keeper, MailboxRecord letter) {
        String datastore = keeper.identity().datastoreId();
        LeaseMemory memory = memories.apply(datastore);
        try {
            LeaseMemory.Obeyed now = new LeaseMemory.Obeyed(letter.epoch(), letter.commandId());
            LeaseMemory.Obeyed last = memory.obeyed();
            if (now.equals(last) || letter.epoch() < last.epoch()) {
                return;
            }
            if (!epochs.accept(letter.epoch())) {
                LOG.warn("{}: a mailbox command of the old epoch {} is ignored", datastore, letter.epoch());
                return;
            }
            LOG.info("{}: mailbox command {}: {}", datastore, letter.commandId(), letter.command());
            if (carriedOut(letter.command())) {
                memory.obeys(now);
                keeper.acknowledgeMailbox(letter.commandId());
                renewNow.accept(datastore);
            }
        } catch (IOException e) {
            LOG.error("{}: mailbox command {} can't be obeyed: {}", datastore, letter.commandId(), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean carriedOut(MailboxCommand command) throws InterruptedException, IOException {
        return switch (command) {
            case MailboxCommand.Report report -> true;
            case MailboxCommand.FenceSelf fence -> vms.killAll("fenced through the mailbox");
            case MailboxCommand.StopVm stop -> vms.killAndAwait(stop.vmId(), stop.run(), "stopped through the mailbox");
        };
    }
}
