package io.holdfast.manager.rest;

import java.util.function.LongSupplier;

/** What a manager says of itself. */
public record ManagerIdentity(
        String version, String managerId, String databaseKind, long startedWallMillis, LongSupplier wallMillis) {}
