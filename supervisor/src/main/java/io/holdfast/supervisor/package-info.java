/**
 * The management node's HA process. {@link io.holdfast.supervisor.Supervision} is a pure function from a state and an observation to a new
 * state and actions; {@link io.holdfast.supervisor.SupervisorMain} is the shell that probes and carries out.
 */
@NullMarked
package io.holdfast.supervisor;

import org.jspecify.annotations.NullMarked;
