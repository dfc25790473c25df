/** The server end of the agent link. */
@NullMarked
package io.holdfast.manager.link;

import org.jspecify.annotations.NullMarked;
