package io.holdfast.simulator.explore;

import io.holdfast.core.State;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;

/** All fields of a state of the core, the package-private ones too, as one value that can be compared. */
final class Fingerprint {
    private static final List<Field> FIELDS = fields();

    private Fingerprint() {}

    private static List<Field> fields() {
        List<Field> result = new ArrayList<>();
        for (Field field : State.class.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                field.setAccessible(true);
                result.add(field);
            }
        }
        return List.copyOf(result);
    }

    static List<Object> of(State state) {
        List<Object> result = new ArrayList<>(FIELDS.size());
        try {
            for (Field field : FIELDS) {
                result.add(field.get(state));
            }
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("the fields of State cannot be read", e);
        }
        return result;
    }
}
