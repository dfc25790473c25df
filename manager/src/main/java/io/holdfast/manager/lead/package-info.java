/** Who leads, seen from this process: the shell round the core's leadership rule, and the state of the management plane for people. */
@NullMarked
package io.holdfast.manager.lead;

import org.jspecify.annotations.NullMarked;
