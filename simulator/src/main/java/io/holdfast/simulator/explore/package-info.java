/** Breadth-first search over the decision core itself: every interleaving of a small cluster with a small budget of faults. */
@NullMarked
package io.holdfast.simulator.explore;

import org.jspecify.annotations.NullMarked;
