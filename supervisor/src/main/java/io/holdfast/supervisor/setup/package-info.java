/**
 * Turns a single management node into a pair and back. {@link io.holdfast.supervisor.setup.Enable} and {@link
 * io.holdfast.supervisor.setup.Disable} say what is done in which order, {@link io.holdfast.supervisor.setup.NodeHands} does it on one machine,
 * here or over there, and can undo it; {@link io.holdfast.supervisor.setup.SetupCheck} refuses beforehand what could not end well.
 */
@NullMarked
package io.holdfast.supervisor.setup;

import org.jspecify.annotations.NullMarked;
