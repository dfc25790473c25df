/** What the agent remembers: on disk (flushed before it's relied on) and in memory-backed files of this boot. */
@NullMarked
package io.holdfast.agent.state;

import org.jspecify.annotations.NullMarked;
