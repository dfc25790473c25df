/**
 * The lease rules of safety argument, section 4, as pure values: no clock, thread, input or output, and no dependency. The agent and the
 * simulator run the same classes.
 */
@NullMarked
package io.holdfast.agent.rule;

import org.jspecify.annotations.NullMarked;
