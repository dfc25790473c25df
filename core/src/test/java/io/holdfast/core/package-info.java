/** Promises of the core, kept by tests; {@link io.holdfast.core.World} is a small cluster in virtual time around it. */
@NullUnmarked
package io.holdfast.core;

import org.jspecify.annotations.NullUnmarked;
