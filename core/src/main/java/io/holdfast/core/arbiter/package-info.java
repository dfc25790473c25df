/** Where the management nodes' arbiter runs: one placement for all clusters, decided by the leader. */
@NullMarked
package io.holdfast.core.arbiter;

import org.jspecify.annotations.NullMarked;
