/** The management interface of openapi.yaml and its event stream. */
@NullMarked
package io.holdfast.manager.rest;

import org.jspecify.annotations.NullMarked;
