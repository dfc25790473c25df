/** Holdfast manager. */
@NullMarked
package io.holdfast.manager;

import org.jspecify.annotations.NullMarked;
