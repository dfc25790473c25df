/** The host's leases: lease areas on storage, renewal, observation of other hosts, mailbox, and the memory-backed record of this boot. */
@NullMarked
package io.holdfast.agent.lease;

import org.jspecify.annotations.NullMarked;
