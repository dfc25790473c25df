/** Failure scenarios in the neutral form: read as a whole, run against the real core, told as what really happened. */
@NullMarked
package io.holdfast.simulator.scenario;

import org.jspecify.annotations.NullMarked;
