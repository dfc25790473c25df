package io.holdfast.simulator.scenario;

import io.holdfast.core.inventory.VmId;
import java.util.TreeMap;

/** The form's names of VMs ("vm:101") and the engine's ids ("vm-101"), both ways. */
final class Names {
    private final TreeMap<String, VmId> ids = new TreeMap<>();
    private final TreeMap<VmId, String> names = new TreeMap<>();

    VmId vm(String name) {
        VmId known = ids.get(name);
        if (known != null) {
            return known;
        }
        String text = name.replaceAll("[^A-Za-z0-9-]", "-");
        while (names.containsKey(new VmId(text))) {
            text += "x";
        }
        VmId id = new VmId(text);
        ids.put(name, id);
        names.put(id, name);
        return id;
    }

    String name(VmId id) {
        return names.getOrDefault(id, id.value());
    }
}
