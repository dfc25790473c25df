/** The invariants of safety argument, section 8, each in a class of its own. */
@NullMarked
package io.holdfast.simulator.invariant;

import org.jspecify.annotations.NullMarked;
