/**
 * The simulated world: hosts, agents, storage, networks, BMCs, managers and their replicated journal, in virtual time, on one thread, from one
 * seed. The decider, the leadership rule and the lease rules are the real ones; everything around them is played.
 */
@NullMarked
package io.holdfast.simulator.world;

import org.jspecify.annotations.NullMarked;
