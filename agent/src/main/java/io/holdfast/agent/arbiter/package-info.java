/** The management nodes' arbiter on this host: runs it where the leader has placed it, and nowhere else. */
@NullMarked
package io.holdfast.agent.arbiter;

import org.jspecify.annotations.NullMarked;
