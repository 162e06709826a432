package dev.tidewatch.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page under {@code docs/} whose end is generated. {@code -Ddocs=write} updates it. */
public final class GeneratedPage {

    private GeneratedPage() {
    }

    /**
     * Compares the end of a page with what it is generated from, or writes it.
     *
     * @param page the page, below {@code docs/}
     * @param marker the comment after which the page is generated
     */
    public static void check(String page, String marker, String generated) throws IOException {
        Path file = Path.of("../docs").resolve(page);
        String before = Files.readString(file);
        assertThat(before).contains(marker);
        String expected = before.substring(0, before.indexOf(marker)) + marker + generated;
        if ("write".equals(System.getProperty("docs"))) {
            Files.writeString(file, expected);
        }
        assertThat(Files.readString(file)).as("docs/%s is out of date; run the test with -Ddocs=write", page).isEqualTo(expected);
    }
}
