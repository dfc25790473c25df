package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NameOrderTest {

    @Test
    void sortsNumbersByTheirValue() {
        List<String> names = List.of("vm10", "vm2", "db", "vm1", "vm1a", "vm", "vm02", "虚拟机2", "虚拟机10");

        assertThat(names.stream().sorted(new NameOrder()))
                .containsExactly("db", "vm", "vm1", "vm1a", "vm02", "vm2", "vm10", "虚拟机2", "虚拟机10");
    }

    @Test
    void sortsListsByName() {
        List<String> names =
                NameOrder.byName(Json.parse("[{\"name\":\"b\"},{\"name\":\"a10\"},{\"name\":\"a9\"}]")).stream()
                        .map(node -> Json.string(node, "name"))
                        .toList();

        assertThat(names).containsExactly("a9", "a10", "b");
    }
}
