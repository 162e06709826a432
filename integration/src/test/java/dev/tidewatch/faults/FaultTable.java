package dev.tidewatch.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The results of the scenarios as a Markdown table. */
final class FaultTable {

    private static final List<String> HEAD = List.of("fault", "rounds", "200", "401", "204", "unknown",
            "events", "lines", "missing", "repeated", "duplicated", "unasked", "dead",
            "changes", "lines", "missing", "repeated", "duplicated", "unasked", "dead", "deleted");

    private final List<Row> rows = new ArrayList<>();

    /**
     * The result of a topic.
     *
     * @param deadLetters number of records in its dead-letter topic
     */
    record Came(Ledger.Account account, long deadLetters) {

        private Stream<Long> cells() {
            return Stream.of((long) account.expected(), (long) account.lines(), (long) account.missing(), (long) account.repeated(),
                    (long) account.duplicated(), (long) account.unasked(), deadLetters);
        }
    }

    /**
     * The result of a scenario.
     *
     * @param deleted number of changes that Kafka deleted before they were read
     */
    record Row(Scenario scenario, int rounds, Requests requests, Came events, Came changes, int deleted) {

        private List<String> cells() {
            Stream<Long> answers = Stream.of((long) rounds, requests.acknowledged(200), requests.acknowledged(401),
                    requests.acknowledged(204), (long) requests.unknown().size());
            Stream<Long> figures = Stream.of(answers, events.cells(), changes.cells()).flatMap(cells -> cells);
            return Stream.of(Stream.of(scenario.title()), figures.map(String::valueOf), Stream.of(String.valueOf(deleted)))
                    .flatMap(cells -> cells).toList();
        }
    }

    void add(Row row) {
        rows.add(row);
    }

    List<Row> rows() {
        return List.copyOf(rows);
    }

    @Override
    public String toString() {
        List<List<String>> lines = Stream.concat(Stream.of(HEAD), rows.stream().map(Row::cells)).toList();
        int[] widths = IntStream.range(0, HEAD.size())
                .map(column -> lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0)).toArray();
        String rule = IntStream.range(0, HEAD.size()).mapToObj(column -> "-".repeat(widths[column] + 1) + (column == 0 ? "-" : ":"))
                .collect(Collectors.joining("|", "|", "|\n"));
        String text = lines.stream().map(line -> text(line, widths)).collect(Collectors.joining());
        int head = text.indexOf('\n') + 1;
        return text.substring(0, head) + rule + text.substring(head);
    }

    private static String text(List<String> line, int[] widths) {
        return IntStream.range(0, line.size())
                .mapToObj(column -> (" %" + (column == 0 ? "-" : "") + widths[column] + "s ").formatted(line.get(column)))
                .collect(Collectors.joining("|", "|", "|\n"));
    }
}
