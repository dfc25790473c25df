/**
 * The decision core of Holdfast: {@link io.holdfast.core.Core#step} is a pure function from a state and an event to a new state, the changes
 * that must be committed, and the commands that may be carried out once they are. No clock, thread, random, log or IO in here.
 */
@NullMarked
package io.holdfast.core;

import org.jspecify.annotations.NullMarked;
