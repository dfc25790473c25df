/** Faults: their kinds, schedules made from a seed, and how each is done to the world. */
@NullMarked
package io.holdfast.simulator.fault;

import org.jspecify.annotations.NullMarked;
