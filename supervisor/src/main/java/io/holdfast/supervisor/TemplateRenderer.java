package io.holdfast.supervisor;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts the values of a plan into a template: pure. Values come only from {@link NodePlan} and the checked directories, so none needs escaping. */
public final class TemplateRenderer {

    private static final Pattern PLACE = Pattern.compile("@([a-zA-Z]+)@");
    private static final Pattern DIRECTORY = Pattern.compile("(/[A-Za-z0-9._-]+)+");

    private final String run;
    private final String scripts;

    /**
     * A renderer for a node's directories.
     *
     * @param run memory-backed directory of the supervisor
     * @param scripts where {@code supervisor-alive} is installed
     */
    public TemplateRenderer(String run, String scripts) {
        this.run = directory("the run directory", run);
        this.scripts = directory("the directory of the scripts", scripts);
    }

    /** For an installed package. */
    public static TemplateRenderer installed() {
        return new TemplateRenderer("/run/holdfast-supervisor", "/usr/lib/holdfast/bin");
    }

    /** The file's content. A place without a value is a bug of this build, not of the input. */
    public String render(Template template, NodePlan plan) {
        Map<String, String> values = Map.ofEntries(
                Map.entry("node", plan.node()),
                Map.entry("address", plan.address()),
                Map.entry("peerAddress", plan.peerAddress()),
                Map.entry("arbiterAddress", plan.arbiterAddress()),
                Map.entry("gateway", plan.gateway()),
                Map.entry("vip", plan.vip().cidr()),
                Map.entry("interface", plan.vip().networkInterface()),
                Map.entry("priority", Integer.toString(plan.priority())),
                Map.entry("routerId", Integer.toString(plan.routerId())),
                Map.entry("cluster", plan.cluster()),
                Map.entry("bufferPoolMegabytes", Integer.toString(plan.sizes().bufferPoolMegabytes())),
                Map.entry("gcacheMegabytes", Integer.toString(plan.sizes().gcacheMegabytes())),
                Map.entry("timing", plan.timing().options()),
                Map.entry("run", run),
                Map.entry("scripts", scripts));
        return PLACE.matcher(template.read()).replaceAll(place -> {
            String value = values.get(place.group(1));
            if (value == null) {
                throw new IllegalStateException(
                        template.file() + " has a place for '" + place.group(1) + "', which nobody fills");
            }
            return Matcher.quoteReplacement(value);
        });
    }

    private static String directory(String what, String value) {
        if (!DIRECTORY.matcher(value).matches() || value.contains("/.")) {
            throw new IllegalArgumentException(
                    what + " is '" + value + "'; it must be an absolute path of letters, digits, '.', '_' and '-'");
        }
        return value;
    }
}
