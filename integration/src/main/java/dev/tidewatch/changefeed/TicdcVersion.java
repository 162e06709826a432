package dev.tidewatch.changefeed;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of TiCDC, such as {@code v8.5.7}, {@code 8.5.7-20260709-1a2b3c4} (a build of a release) or {@code v9.0.0-alpha}.
 *
 * @param numbers major, minor and patch
 * @param preview whether it is a build before the release of that number
 */
record TicdcVersion(int[] numbers, boolean preview) {

    /**
     * The first version whose Kafka sink honours column selectors; earlier ones accept and ignore them. Source: tiflow pull request 9920
     * ("make column selector can work normally to filter out columns") and TiDB documentation, "Column selectors".
     */
    static final String FIRST_SUPPORTED = "v7.5.0";

    private static final Pattern FORM = Pattern.compile("v?(\\d{1,4})\\.(\\d{1,4})(?:\\.(\\d{1,4}))?(?:[-+](.*))?");
    private static final Pattern PREVIEW = Pattern.compile("(?:alpha|beta|rc|pre|dev|nightly|master)\\b.*");

    /** @return empty when the text is no version, such as {@code None} of a TiCDC that was built without one */
    static Optional<TicdcVersion> parse(String text) {
        Matcher parts = FORM.matcher(text.strip());
        if (!parts.matches()) {
            return Optional.empty();
        }
        String suffix = parts.group(4);
        return Optional.of(new TicdcVersion(new int[] {number(parts.group(1)), number(parts.group(2)), number(parts.group(3))},
                suffix != null && PREVIEW.matcher(suffix).matches()));
    }

    private static int number(String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    /** Whether this version does what {@code changefeed.yaml} asks for. */
    boolean isSupported() {
        int order = Arrays.compare(numbers, parse(FIRST_SUPPORTED).orElseThrow().numbers);
        return order > 0 || order == 0 && !preview;
    }
}
