/** The VMs of this host: which runs live or have ended here, starting, stopping and killing them. */
@NullMarked
package io.holdfast.agent.vm;

import org.jspecify.annotations.NullMarked;
