package dev.tidewatch.database;

import java.util.ArrayList;
import java.util.List;

/** Parameters of statements whose text depends on their number. */
public final class Padding {

    private Padding() {
    }

    /**
     * Repeats the last value until the number of values is a power of two. Each connection keeps each statement prepared, in this process
     * and in the database: a statement for each number of values would take gigabytes.
     */
    public static <T> List<T> toPowerOfTwo(List<T> values) {
        List<T> padded = new ArrayList<>(values);
        while (Integer.bitCount(padded.size()) > 1) {
            padded.add(values.get(values.size() - 1));
        }
        return padded;
    }
}
