/** Holdfast agent. */
@NullMarked
package io.holdfast.agent;

import org.jspecify.annotations.NullMarked;
