/** The operating system as the agent needs it: clocks, files with direct I/O, processes, watchdog, network interfaces. No libvirt. */
@NullMarked
package io.holdfast.agent.system;

import org.jspecify.annotations.NullMarked;
