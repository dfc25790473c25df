package io.holdfast.manager.rest;

/** The views that routes render their answers with. */
public record RestViews(InventoryView inventory, VmView vms, StoryView story) {}
