package dev.tidewatch.bench;

import dev.tidewatch.support.Api;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.springframework.jdbc.core.JdbcTemplate;

/** Whether the response time of a rejected login reveals the reason. */
final class LoginTiming {

    private static final int WARM_UP = 300;
    private static final int EACH = 500;
    private static final double LARGEST_RATIO = 1.05;
    /** 0.05 for the three comparisons together. */
    private static final double SMALLEST_P = 0.05 / 3;

    private final Api api;
    private final JdbcTemplate database;
    /** In another order each round, because background work of one login delays the next. */
    private final Random random = new Random(1);
    private final Map<String, List<Double>> millis = new LinkedHashMap<>();

    LoginTiming(Api api, JdbcTemplate database) {
        this.api = api;
        this.database = database;
    }

    List<String> measure() {
        database.update("""
                INSERT INTO users (username, email, password_hash, locked_until)
                SELECT name, CONCAT(name, '@tidewatch.local'), password_hash, IF(name = 'locked', NOW(3) + INTERVAL 1 DAY, NULL)
                FROM users JOIN (SELECT 'wrong' AS name UNION SELECT 'locked') names WHERE username = 'admin'""");
        run(WARM_UP);
        millis.clear();
        run(EACH);
        List<String> names = List.copyOf(millis.keySet());
        List<Double> medians = names.stream().map(name -> median(millis.get(name))).toList();
        List<Double> p = List.of(p(names.get(0), names.get(1)), p(names.get(0), names.get(2)), p(names.get(1), names.get(2)));
        return List.of(("timing: %d rejected logins each, interleaved: median of unknown user %.2f ms, wrong password %.2f ms,"
                + " locked account %.2f ms; largest ratio %.3f, the limit is %.2f")
                        .formatted(EACH, medians.get(0), medians.get(1), medians.get(2),
                                Collections.max(medians) / Collections.min(medians), LARGEST_RATIO),
                "timing: Mann-Whitney p unknown/wrong %.3f, unknown/locked %.3f, wrong/locked %.3f; below %.3f it would be a difference"
                        .formatted(p.get(0), p.get(1), p.get(2), SMALLEST_P));
    }

    private void run(int rounds) {
        List<String> names = Arrays.asList("unknown", "wrong", "locked");
        names.forEach(name -> millis.put(name, new ArrayList<>()));
        List<String> order = new ArrayList<>(names);
        for (int round = 0; round < rounds; round++) {
            Collections.shuffle(order, random);
            for (String name : order) {
                long start = System.nanoTime();
                int status = api.login(name, "not the password").statusCode();
                millis.get(name).add((System.nanoTime() - start) / 1e6);
                if (status != 401) {
                    throw new IllegalStateException("Unexpected status " + status);
                }
            }
        }
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
    }

    /** The two-sided p-value of the Mann-Whitney U test by its normal approximation. */
    private double p(String one, String other) {
        List<Double> first = millis.get(one);
        List<Double> second = millis.get(other);
        double u = first.stream().mapToDouble(x -> second.stream().mapToDouble(y -> x > y ? 1 : x.equals(y) ? 0.5 : 0).sum()).sum();
        double n = first.size();
        double m = second.size();
        double z = Math.abs(u - n * m / 2) / Math.sqrt(n * m * (n + m + 1) / 12);
        return 2 * upperTail(z);
    }

    /** The standard normal distribution, by Abramowitz and Stegun 26.2.17; the error is below 1e-7. */
    private static double upperTail(double z) {
        double t = 1 / (1 + 0.2316419 * z);
        double polynomial = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * polynomial;
    }
}
