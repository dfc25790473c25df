/** What the operator configured: clusters, hosts, datastores, virtual machines, rules. Durable. */
@NullMarked
package io.holdfast.core.inventory;

import org.jspecify.annotations.NullMarked;
