/** Virtual machines that are moved on purpose, and hosts that are drained or shut down in an orderly way. */
@NullMarked
package io.holdfast.core.movement;

import org.jspecify.annotations.NullMarked;
