package io.holdfast.manager;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.core.health.PowerState;
import io.holdfast.manager.RestClient.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** openapi.yaml and the running router say the same, and answers have the form that the document promises. */
class OpenApiTest {
    @TempDir
    Path directory;

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(@Nullable Object value) {
        return (Map<String, Object>) Objects.requireNonNull(value);
    }

    private static Map<String, Object> document() {
        return new Yaml().load(OpenApiTest.class.getResourceAsStream("/openapi.yaml"));
    }

    @Test
    void everyRouteIsDocumentedAndEveryDocumentedPathIsImplemented() {
        TreeSet<String> documented = new TreeSet<>();
        map(document().get("paths"))
                .forEach((path, operations) -> map(operations).keySet().stream()
                        .filter(key ->
                                List.of("get", "post", "patch", "delete", "put").contains(key))
                        .forEach(method -> documented.add(method.toUpperCase(Locale.ROOT) + " " + path)));
        try (TwinAgents agents = new TwinAgents();
                TestManager manager = TestManager.start(directory, agents, new TestManager.Panel())) {
            TreeSet<String> routed = new TreeSet<>();
            manager.manager.routes().forEach(route -> routed.add(route.method() + " " + route.path()));
            assertThat(routed).isEqualTo(documented);
            for (String operation : documented) {
                String method = operation.substring(0, operation.indexOf(' '));
                String path = operation.substring(operation.indexOf(' ') + 1).replaceAll("\\{[a-z]+}", "nothing");
                if (!path.equals("/events/stream")) {
                    Answer answer = manager.send(method, path, method.equals("GET") ? null : "{}");
                    assertThat(answer.code()).as(operation).isNotEqualTo("no-path");
                    assertThat(answer.status()).as(operation).isNotIn(405, 500);
                }
            }
            assertThat(manager.get("/nothing-here").code()).isEqualTo("no-path");
        }
    }

    @Test
    void answersHaveThePromisedForm() {
        TestManager.Panel panel = new TestManager.Panel();
        try (TwinAgents agents = new TwinAgents();
                TestManager manager = TestManager.start(directory, agents, panel)) {
            SmallCluster cluster = SmallCluster.build(manager, agents, panel, 3, 1);
            String victim = cluster.hostOf("vm1");
            panel.set(cluster.bmc(victim), PowerState.OFF);
            cluster.host(victim).powerOff();
            Awaitility.await()
                    .until(() -> cluster.openFailovers() == 1
                            || !cluster.hostOf("vm1").equals(victim));
            Awaitility.await().until(() -> cluster.openFailovers() == 0);
            List<String> wrong = new ArrayList<>();
            check("Status", manager.get("/status").body(), wrong);
            check("ManagementStatus", manager.get("/management").body(), wrong);
            check("Policy", manager.get("/clusters/default/policy").body(), wrong);
            check("Policy", manager.get("/vms/vm1/policy").body(), wrong);
            String change = "{\"actions\": {\"ok-ok-fault\": \"keep\"}}";
            check(
                    "PolicyPreview",
                    manager.post("/clusters/default/policy/preview", change).body(),
                    wrong);
            String rule =
                    "{\"kind\": \"vm-host\", \"vms\": [\"vm1\"], \"hosts\": [{\"host\": \"host1\"}], \"strict\": false}";
            check("Rule", manager.send("PUT", "/clusters/default/rules/r", rule).body(), wrong);
            items("Rule", manager.get("/clusters/default/rules"), wrong);
            items("Cluster", manager.get("/clusters"), wrong);
            items("Host", manager.get("/hosts"), wrong);
            items("Datastore", manager.get("/datastores"), wrong);
            items("Vm", manager.get("/vms"), wrong);
            items("Failover", manager.get("/failovers"), wrong);
            items("Event", manager.get("/events"), wrong);
            items("Alarm", manager.get("/alarms"), wrong);
            check("Enrolment", manager.post("/hosts/host1/enrolment", "").body(), wrong);
            check("Problem", manager.get("/hosts/none").body(), wrong);
            assertThat(wrong).isEmpty();
        }
    }

    private static void items(String schema, Answer answer, List<String> wrong) {
        assertThat(answer.status()).isEqualTo(200);
        answer.items().forEach(item -> check(schema, item, wrong));
    }

    private static void check(String name, JsonNode value, List<String> wrong) {
        Map<String, Object> schemas = map(map(document().get("components")).get("schemas"));
        check(name, map(schemas.get(name)), value, schemas, wrong);
    }

    /** Required and known properties, enumerations and types; enough to find what generated clients would stumble over. */
    private static void check(
            String at, Map<String, Object> schema, JsonNode value, Map<String, Object> schemas, List<String> wrong) {
        if (schema.get("$ref") instanceof String reference) {
            String target = reference.substring(reference.lastIndexOf('/') + 1);
            check(at, map(schemas.get(target)), value, schemas, wrong);
            return;
        }
        if (schema.get("oneOf") instanceof List<?> choices) {
            boolean fits = choices.stream().anyMatch(choice -> {
                List<String> here = new ArrayList<>();
                check(at, map(choice), value, schemas, here);
                return here.isEmpty();
            });
            if (!fits) {
                wrong.add(at + " fits none of oneOf: " + value);
            }
            return;
        }
        if (schema.get("type") != null && !ofType(schema.get("type"), value)) {
            wrong.add(at + " is not " + schema.get("type") + ": " + value);
        }
        if (schema.get("enum") instanceof List<?> allowed && !value.isNull() && !allowed.contains(value.asText())) {
            wrong.add(at + " is none of " + allowed + ": " + value);
        }
        if (schema.get("items") != null) {
            value.forEach(item -> check(at + "[]", map(schema.get("items")), item, schemas, wrong));
        }
        if (schema.get("properties") != null && value.isObject()) {
            Map<String, Object> properties = map(schema.get("properties"));
            if (schema.get("required") instanceof List<?> required) {
                required.stream()
                        .filter(name -> !value.has((String) name))
                        .forEach(name -> wrong.add(at + " lacks " + name));
            }
            for (Iterator<Map.Entry<String, JsonNode>> fields = value.fields(); fields.hasNext(); ) {
                Map.Entry<String, JsonNode> field = fields.next();
                if (properties.containsKey(field.getKey())) {
                    check(
                            at + "." + field.getKey(),
                            map(properties.get(field.getKey())),
                            field.getValue(),
                            schemas,
                            wrong);
                } else {
                    wrong.add(at + " has undocumented " + field.getKey());
                }
            }
        }
    }

    private static boolean ofType(Object type, JsonNode value) {
        if (type instanceof List<?> types) {
            return types.stream().anyMatch(one -> ofType(one, value));
        }
        return switch ((String) type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            default -> false;
        };
    }
}
