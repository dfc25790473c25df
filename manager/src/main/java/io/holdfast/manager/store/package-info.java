/** The database: what is durable, and only that. */
@NullMarked
package io.holdfast.manager.store;

import org.jspecify.annotations.NullMarked;
