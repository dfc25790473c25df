package io.holdfast.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A table for people: a head line, aligned columns two blanks apart, Chinese characters counted as two columns.
 * Nothing is cut: a line that is wider than the terminal wraps, so that no name is lost.
 */
public final class Table {

    private static final String GAP = "  ";

    private final List<String> heads = new ArrayList<>();
    private final List<Boolean> alignedRight = new ArrayList<>();
    private final List<List<Cell>> rows = new ArrayList<>();

    private Table() {}

    /** A table with these columns. A head that begins with {@code >} makes a column aligned to the right (for numbers). */
    public static Table of(String... heads) {
        Table table = new Table();
        for (String head : heads) {
            boolean right = head.startsWith(">");
            table.heads.add(right ? head.substring(1) : head);
            table.alignedRight.add(right);
        }
        return table;
    }

    /** Adds a row of plain texts. @throws IllegalArgumentException when their number is not that of the columns */
    public Table row(String... texts) {
        return row(Arrays.stream(texts).map(Cell::of).toArray(Cell[]::new));
    }

    /** Adds a row. @throws IllegalArgumentException when the number of cells is not that of the columns */
    public Table row(Cell... cells) {
        if (cells.length != heads.size()) {
            throw new IllegalArgumentException(
                    "a row of " + cells.length + " cells was given to a table of " + heads.size() + " columns");
        }
        rows.add(List.of(cells));
        return this;
    }

    /** True when no row was added. */
    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /** The lines of the table, head first. */
    public List<String> lines(boolean colour) {
        int[] widths = widths();
        List<String> lines = new ArrayList<>();
        lines.add(line(heads.stream().map(head -> new Cell(head, Style.STRONG)).toList(), widths, colour));
        rows.forEach(row -> lines.add(line(row, widths, colour)));
        return lines;
    }

    /** Prints the table on the terminal, or {@code whenEmpty} when it has no row. */
    public void print(Terminal terminal, String whenEmpty) {
        if (isEmpty()) {
            terminal.line(whenEmpty);
        } else {
            lines(terminal.colour()).forEach(terminal::line);
        }
    }

    private int[] widths() {
        int[] widths = new int[heads.size()];
        for (int column = 0; column < widths.length; column++) {
            widths[column] = DisplayWidth.of(heads.get(column));
            for (List<Cell> row : rows) {
                widths[column] =
                        Math.max(widths[column], DisplayWidth.of(row.get(column).text()));
            }
        }
        return widths;
    }

    private String line(List<Cell> cells, int[] widths, boolean colour) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            Cell cell = cells.get(column);
            String blanks = " ".repeat(widths[column] - DisplayWidth.of(cell.text()));
            String painted = cell.style().paint(cell.text(), colour);
            line.append(column == 0 ? "" : GAP).append(alignedRight.get(column) ? blanks + painted : painted + blanks);
        }
        return line.toString().stripTrailing();
    }
}
