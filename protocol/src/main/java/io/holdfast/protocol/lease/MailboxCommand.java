package io.holdfast.protocol.lease;

import static java.util.Objects.requireNonNull;

/** What a mailbox can ask of a host. */
public sealed interface MailboxCommand {
    /** Kill one run of a VM at once. */
    record StopVm(String vmId, long run) implements MailboxCommand {
        public StopVm {
            requireNonNull(vmId, "vmId is null");
        }
    }

    /** Kill every VM. */
    record FenceSelf() implements MailboxCommand {}

    /** Only acknowledge: proof that the agent reads its mailbox. */
    record Report() implements MailboxCommand {}
}
