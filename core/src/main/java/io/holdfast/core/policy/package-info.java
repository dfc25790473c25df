/** What shall happen when planes fail: the policy table (safety argument, section 7). */
@NullMarked
package io.holdfast.core.policy;

import org.jspecify.annotations.NullMarked;
