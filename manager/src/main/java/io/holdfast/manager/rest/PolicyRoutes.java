package io.holdfast.manager.rest;

import io.holdfast.core.PolicyPreview;
import io.holdfast.core.Rejected;
import io.holdfast.core.Request;
import io.holdfast.core.State;
import io.holdfast.core.inventory.ClusterSettings;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.policy.Action;
import io.holdfast.core.policy.PolicyRows;
import io.holdfast.core.policy.PolicyTable;
import io.holdfast.manager.Answer;
import io.holdfast.manager.ClusterLoop;
import io.javalin.http.Context;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The policy table of a cluster, and the rows that a VM has of its own (safety argument, section 7). */
public final class PolicyRoutes {
    private final Directory directory;
    private final Writes writes;

    public PolicyRoutes(Directory directory, Writes writes) {
        this.directory = directory;
        this.writes = writes;
    }

    /** Its operations. */
    public List<Route> routes() {
        return List.of(
                Route.get("/clusters/{cluster}/policy", this::show),
                Route.put("/clusters/{cluster}/policy", context -> change(context, true)),
                Route.patch("/clusters/{cluster}/policy", context -> change(context, false)),
                Route.post("/clusters/{cluster}/policy/preview", this::preview),
                Route.get("/vms/{vm}/policy", this::showOfVm),
                Route.put("/vms/{vm}/policy", context -> changeOfVm(context, true)),
                Route.patch("/vms/{vm}/policy", context -> changeOfVm(context, false)),
                Route.delete("/vms/{vm}/policy", this::removeOfVm),
                Route.post("/vms/{vm}/policy/preview", this::previewOfVm));
    }

    private ClusterLoop cluster(Context context) {
        return directory.cluster("cluster", context.pathParam("cluster"));
    }

    private Directory.Found<Vm> vm(Context context) {
        return directory.vm(context.pathParam("vm"));
    }

    private void show(Context context) {
        ClusterRoutes.json(context, PolicyView.cluster(cluster(context).state()));
    }

    private void showOfVm(Context context) {
        var found = vm(context);
        ClusterRoutes.json(context, PolicyView.vm(found.loop().state(), found.thing()));
    }

    private void change(Context context, boolean whole) {
        Map<Integer, @Nullable Action> asked = actions(context);
        writes.submit(
                context,
                cluster(context),
                Writes.Wish.of(
                        "ChangePolicy",
                        state -> {
                            ClusterSettings settings = state.cluster().settings();
                            PolicyTable table = table(whole ? PolicyTable.DEFAULT : settings.policy(), asked);
                            return table.equals(settings.policy())
                                    ? List.of()
                                    : List.of(new Request.ChangeSettings(settings.withPolicy(table)));
                        },
                        state -> new Answer(200, PolicyView.cluster(state).toString())));
    }

    private void changeOfVm(Context context, boolean whole) {
        Map<Integer, @Nullable Action> asked = actions(context);
        write(
                context,
                own -> rows(whole ? null : own, asked),
                (state, vm) -> new Answer(200, PolicyView.vm(state, vm).toString()));
    }

    private void removeOfVm(Context context) {
        write(context, own -> null, (state, vm) -> new Answer(204, ""));
    }

    /** What is answered about a VM. */
    private interface AboutVm {
        Answer render(State state, Vm vm);
    }

    private void write(Context context, UnaryOperator<@Nullable PolicyRows> change, AboutVm answer) {
        var found = vm(context);
        VmId id = found.thing().id();
        writes.submit(
                context,
                found.loop(),
                Writes.Wish.of(
                        "ChangePolicy",
                        state -> {
                            Vm vm = known(state, id);
                            Vm changed = vm.withHa(
                                    vm.ha().withPolicy(change.apply(vm.ha().policy())));
                            return changed.equals(vm) ? List.of() : List.of(new Request.ChangeVm(changed));
                        },
                        state -> answer.render(state, known(state, id))));
    }

    private static Vm known(State state, VmId id) {
        Vm vm = state.vms().get(id);
        if (vm == null) {
            throw ProblemException.of(ProblemText.NOT_FOUND, "virtual machine", id.value());
        }
        return vm;
    }

    private void preview(Context context) {
        State state = cluster(context).state();
        PolicyTable other = table(state.cluster().settings().policy(), actions(context));
        refuse(PolicyPreview.refusal(other));
        ClusterRoutes.json(context, PolicyView.preview(state, other));
    }

    private void previewOfVm(Context context) {
        var found = vm(context);
        PolicyRows other = rows(found.thing().ha().policy(), actions(context));
        refuse(PolicyPreview.refusal(other));
        ClusterRoutes.json(context, PolicyView.preview(found.loop().state(), found.thing(), other));
    }

    private static void refuse(@Nullable Rejected rejected) {
        if (rejected != null) {
            throw ProblemException.of(rejected);
        }
    }

    /** The actions of a body, by row; null where one is to be taken back. */
    private static Map<Integer, @Nullable Action> actions(Context context) {
        Fields fields = Fields.of(context.body());
        Fields actions = fields.object("actions");
        fields.end();
        if (actions == null) {
            throw ProblemException.about("actions", ProblemText.FIELD_REQUIRED, "actions");
        }
        Map<Integer, @Nullable Action> result = new TreeMap<>();
        for (String name : actions.names()) {
            int row = PolicyTable.row(name);
            if (row < 0) {
                String all = IntStream.range(0, PolicyTable.ROWS)
                        .mapToObj(PolicyTable::name)
                        .collect(Collectors.joining(", "));
                throw ProblemException.about(actions.path(name), ProblemText.FIELD_UNKNOWN, actions.path(name), all);
            }
            String code = actions.text(name, "");
            result.put(row, code.isEmpty() ? null : action(actions.path(name), code));
        }
        return result;
    }

    private static Action action(String path, String code) {
        return Arrays.stream(Action.values())
                .filter(action -> action.code().equals(code))
                .findFirst()
                .orElseThrow(() -> ProblemException.about(
                        path,
                        ProblemText.FIELD_VALUE,
                        path,
                        code,
                        Arrays.stream(Action.values()).map(Action::code).collect(Collectors.joining(", "))));
    }

    private static PolicyTable table(PolicyTable base, Map<Integer, @Nullable Action> asked) {
        SortedMap<Integer, Action> over = new TreeMap<>();
        asked.forEach((row, action) ->
                over.put(row, action == null ? PolicyTable.DEFAULT.rows().get(row) : action));
        return base.with(new PolicyRows(over));
    }

    private static @Nullable PolicyRows rows(@Nullable PolicyRows base, Map<Integer, @Nullable Action> asked) {
        SortedMap<Integer, Action> result = new TreeMap<>(base == null ? Map.of() : base.actions());
        asked.forEach((row, action) -> {
            if (action == null) {
                result.remove(row);
            } else {
                result.put(row, action);
            }
        });
        return result.isEmpty() ? null : new PolicyRows(result);
    }
}
