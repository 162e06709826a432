package dev.tidewatch.faults;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The requests of a scenario and their responses. Thread-safe. */
final class Requests {

    /** Instead of a status: the connection failed or timed out. */
    static final int NO_ANSWER = 0;

    private final Map<String, Answer> answers = new ConcurrentHashMap<>();

    private record Answer(int wanted, int status) {

        private boolean isAcknowledged() {
            return status == wanted;
        }
    }

    /**
     * Adds a response.
     *
     * @param mark the mark of the event that the request causes
     * @param wanted the status that acknowledges it
     */
    void answered(String mark, int wanted, int status) {
        answers.put(mark, new Answer(wanted, status));
    }

    /** Marks whose event must exist. */
    Set<String> acknowledged() {
        return marks(Answer::isAcknowledged);
    }

    /** Marks whose event may exist. */
    Set<String> unknown() {
        return marks(answer -> !answer.isAcknowledged());
    }

    /** The number of requests acknowledged with a status. */
    long acknowledged(int status) {
        return answers.values().stream().filter(answer -> answer.isAcknowledged() && answer.status() == status).count();
    }

    /** The other responses: status and count. */
    Map<Integer, Long> others() {
        return answers.values().stream().filter(answer -> !answer.isAcknowledged())
                .collect(Collectors.groupingBy(Answer::status, TreeMap::new, Collectors.counting()));
    }

    private Set<String> marks(Predicate<Answer> fits) {
        return answers.entrySet().stream().filter(entry -> fits.test(entry.getValue())).map(Map.Entry::getKey).collect(Collectors.toSet());
    }
}
