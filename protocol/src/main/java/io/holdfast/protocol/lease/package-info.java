/** Layout of the lease area on a datastore: pure records with encoding and decoding, no input or output. */
@NullMarked
package io.holdfast.protocol.lease;

import org.jspecify.annotations.NullMarked;
