package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {

    @Test
    void alignsColumnsAndNumbers() {
        Table table =
                Table.of("NAME", ">CPU", "STATE").row("vm1", "2", "running").row("database", "16", "stopped");

        assertThat(table.lines(false))
                .containsExactly("NAME      CPU  STATE", "vm1         2  running", "database   16  stopped");
    }

    @Test
    void countsChineseCharactersAsTwoColumns() {
        Table table = Table.of("名称", "状态").row("虚拟机一", "运行中").row("vm2", "stopped");

        assertThat(table.lines(false)).containsExactly("名称      状态", "虚拟机一  运行中", "vm2       stopped");
    }

    @Test
    void coloursDoNotMoveColumns() {
        Table table = Table.of("NAME", "STATE", "HOST").row(Cell.of("vm1"), new Cell("up", Style.GOOD), Cell.of("h1"));

        assertThat(table.lines(true).get(1)).isEqualTo("vm1   \u001b[32mup\u001b[0m     h1");
    }

    @Test
    void refusesRowOfAnotherLength() {
        assertThatThrownBy(() -> Table.of("A", "B").row("only one"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 cells")
                .hasMessageContaining("2 columns");
    }

    @Test
    void cutsByColumnsNotByCharacters() {
        assertThat(DisplayWidth.cut("虚拟机正在运行", 7)).isEqualTo("虚拟机…");
        assertThat(DisplayWidth.cut("short", 7)).isEqualTo("short");
        assertThat(DisplayWidth.of("e\u0301")).isEqualTo(1);
    }
}
