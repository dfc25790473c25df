/** Cluster certificate authority and the certificates of manager and agents. */
@NullMarked
package io.holdfast.manager.pki;

import org.jspecify.annotations.NullMarked;
