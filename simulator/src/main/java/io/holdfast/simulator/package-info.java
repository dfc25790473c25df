/** The simulator: the real decision core under a random but repeatable world, checked after every step. */
@NullMarked
package io.holdfast.simulator;

import org.jspecify.annotations.NullMarked;
