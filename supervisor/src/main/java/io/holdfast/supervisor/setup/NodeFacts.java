package io.holdfast.supervisor.setup;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a machine tells about itself before anything is changed.
 *
 * @param address its own on the management network
 * @param networkInterface that carries the address; empty when none does
 * @param prefixLength of the address's network
 * @param version of the program
 * @param clockMillis its wall clock
 * @param freeBytes where the database goes
 * @param missing programs that it lacks
 * @param busyPorts ports that set-up needs and somebody listens on
 * @param databases other databases than the server's own in the database's directory
 * @param managedHosts hosts in the inventory of a manager that has its state here
 * @param vipAnswers who answers under the VIP already; empty when nobody does
 * @param remains an earlier set-up is on this machine
 */
record NodeFacts(
        String name,
        String address,
        String networkInterface,
        int prefixLength,
        String version,
        long clockMillis,
        long freeBytes,
        List<String> missing,
        List<Integer> busyPorts,
        List<String> databases,
        int managedHosts,
        String vipAnswers,
        boolean remains) {

    Map<String, String> toMap() {
        Map<String, String> map = new LinkedHashMap<>();
        map.put("name", name);
        map.put("address", address);
        map.put("interface", networkInterface);
        map.put("prefix-length", Integer.toString(prefixLength));
        map.put("version", version);
        map.put("clock-millis", Long.toString(clockMillis));
        map.put("free-bytes", Long.toString(freeBytes));
        map.put("missing", String.join(" ", missing));
        map.put(
                "busy-ports",
                String.join(" ", busyPorts.stream().map(String::valueOf).toList()));
        map.put("databases", String.join(" ", databases));
        map.put("managed-hosts", Integer.toString(managedHosts));
        map.put("vip-answers", vipAnswers);
        map.put("remains", Boolean.toString(remains));
        return map;
    }

    /** @throws IllegalArgumentException an entry is missing or of the wrong form */
    static NodeFacts of(Map<String, String> map) {
        return new NodeFacts(
                text(map, "name"),
                text(map, "address"),
                text(map, "interface"),
                Integer.parseInt(text(map, "prefix-length")),
                text(map, "version"),
                Long.parseLong(text(map, "clock-millis")),
                Long.parseLong(text(map, "free-bytes")),
                words(map, "missing"),
                words(map, "busy-ports").stream().map(Integer::valueOf).toList(),
                words(map, "databases"),
                Integer.parseInt(text(map, "managed-hosts")),
                text(map, "vip-answers"),
                Boolean.parseBoolean(text(map, "remains")));
    }

    private static String text(Map<String, String> map, String key) {
        String value = map.get(key);
        if (value == null) {
            throw new IllegalArgumentException("'" + key + "' is missing");
        }
        return value;
    }

    private static List<String> words(Map<String, String> map, String key) {
        return Stream.of(text(map, key).split(" "))
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
