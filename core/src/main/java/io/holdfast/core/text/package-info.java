/** The closed set of messages for people, in English and Chinese. */
@NullMarked
package io.holdfast.core.text;

import org.jspecify.annotations.NullMarked;
