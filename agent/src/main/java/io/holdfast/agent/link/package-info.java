/** Streams with the managers: reports to all of them, commands from the highest epoch. */
@NullMarked
package io.holdfast.agent.link;

import org.jspecify.annotations.NullMarked;
