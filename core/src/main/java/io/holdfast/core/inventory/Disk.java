package io.holdfast.core.inventory;

/**
 * A disk of a VM.
 *
 * @param volume LUN number for iSCSI, file name for a shared path
 * @param readOnly a disk that is never written needs no isolation proof
 */
public record Disk(String id, DatastoreId datastore, String volume, long sizeBytes, boolean readOnly) {}
