/** Isolation proofs (safety argument, section 3): when is it certain that a run has no writer any more. */
@NullMarked
package io.holdfast.core.isolation;

import org.jspecify.annotations.NullMarked;
