/** Libvirt by java.lang.foreign. Its calls block, so they are made on platform threads of their own; self-fence and leases never come here. */
@NullMarked
package io.holdfast.agent.libvirt;

import org.jspecify.annotations.NullMarked;
