package dev.tidewatch.faults;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What was asked of the API in a scenario, and what it answered. Safe for many threads. */
final class Requests {

    /** In place of a status: the connection broke, or nothing came in time. */
    static final int NO_ANSWER = 0;

    private final Map<String, Answer> answers = new ConcurrentHashMap<>();

    private record Answer(int wanted, int status) {

        private boolean isAcknowledged() {
            return status == wanted;
        }
    }

    /**
     * Notes an answer.
     *
     * @param mark the mark of the event that the request makes
     * @param wanted the status that says it is made
     */
    void answered(String mark, int wanted, int status) {
        answers.put(mark, new Answer(wanted, status));
    }

    /** The marks whose event must be there. */
    Set<String> acknowledged() {
        return marks(Answer::isAcknowledged);
    }

    /** The marks whose event may be there. */
    Set<String> unknown() {
        return marks(answer -> !answer.isAcknowledged());
    }

    /** How many requests were acknowledged with a status. */
    long acknowledged(int status) {
        return answers.values().stream().filter(answer -> answer.isAcknowledged() && answer.status() == status).count();
    }

    /** The other answers: status, and how often. */
    Map<Integer, Long> others() {
        return answers.values().stream().filter(answer -> !answer.isAcknowledged())
                .collect(Collectors.groupingBy(Answer::status, TreeMap::new, Collectors.counting()));
    }

    private Set<String> marks(Predicate<Answer> fits) {
        return answers.entrySet().stream().filter(entry -> fits.test(entry.getValue())).map(Map.Entry::getKey).collect(Collectors.toSet());
    }
}
