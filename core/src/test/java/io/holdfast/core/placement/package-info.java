/** Promises of the planner, kept by tests. */
@NullUnmarked
package io.holdfast.core.placement;

import org.jspecify.annotations.NullUnmarked;
