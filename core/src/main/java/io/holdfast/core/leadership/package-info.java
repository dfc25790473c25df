/**
 * Who leads: the rule of section 2 of the safety argument as a pure state machine. The manager and the simulator are shells around it;
 * neither decides anything about leadership by itself.
 */
@NullMarked
package io.holdfast.core.leadership;

import org.jspecify.annotations.NullMarked;
