package dev.tidewatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every link, test, service and option that README and documentation name exists. */
class DocumentationTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final int README_LINES = 150;
    private static final Pattern LINK = Pattern.compile("\\]\\(([^()\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");
    private static final Pattern TESTS = Pattern.compile("-D(?:it\\.)?test=([A-Za-z,]+)|`([A-Z][A-Za-z]+(?:IT|Test))`");
    private static final Pattern SERVICE = Pattern.compile(
            "docker compose (?:run|exec|logs|port|restart)(?: --?[a-z-]+(?: \"[^\"]*\"|=\\S+| \\d+)?)* ([a-z][a-z-]*)");

    static Stream<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (String page : List.of("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "ui/README.md", "routes/README.md",
                "bench/README.md")) {
            pages.add(ROOT.resolve(page));
        }
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            docs.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        return pages.stream();
    }

    @Test
    void readmeIsShort() throws IOException {
        assertThat(Files.readAllLines(ROOT.resolve("README.md"))).hasSizeLessThanOrEqualTo(README_LINES);
    }

    @Test
    void indexListsEveryPage() throws IOException {
        String index = Files.readString(ROOT.resolve("docs/README.md"));
        assertThat(pages().filter(page -> page.startsWith(ROOT.resolve("docs")) && !page.startsWith(ROOT.resolve("docs/decisions")))
                .map(page -> ROOT.resolve("docs").relativize(page).toString()).filter(page -> !page.equals("README.md")))
                .isNotEmpty().allSatisfy(page -> assertThat(index).contains("](" + page + ")"));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void linksLeadToFilesAndHeadings(Path page) throws IOException {
        for (MatchResult link : LINK.matcher(Files.readString(page)).results().toList()) {
            String[] target = link.group(1).split("#", 2);
            if (target[0].matches("https?:.*")) {
                continue;
            }
            Path file = target[0].isEmpty() ? page : page.resolveSibling(target[0]).normalize();
            assertThat(file).as("%s links to %s", ROOT.relativize(page), link.group(1)).exists();
            if (target.length > 1) {
                assertThat(anchors(file)).as("%s links to %s", ROOT.relativize(page), link.group(1)).contains(target[1]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void namedTestsAndServicesExist(Path page) throws IOException {
        Set<String> classes = testClasses();
        Set<String> services = services();
        String text = Files.readString(page);
        TESTS.matcher(text).results().map(test -> test.group(1) != null ? test.group(1) : test.group(2))
                .flatMap(tests -> Arrays.stream(tests.split(","))).filter(test -> !test.equalsIgnoreCase("none"))
                .forEach(test -> assertThat(classes).as(ROOT.relativize(page).toString()).contains(test));
        SERVICE.matcher(text).results()
                .forEach(service -> assertThat(services).as(service.group()).contains(service.group(1)));
    }

    /** As GitHub makes them: lower case, without punctuation, with hyphens for spaces. */
    private static List<String> anchors(Path file) throws IOException {
        return HEADING.matcher(Files.readString(file)).results()
                .map(heading -> heading.group(1).toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-')).toList();
    }

    private static Set<String> testClasses() throws IOException {
        Set<String> classes = new TreeSet<>();
        for (String module : List.of("integration", "embedded")) {
            try (Stream<Path> tests = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
                tests.map(test -> test.getFileName().toString()).filter(name -> name.endsWith(".java"))
                        .forEach(name -> classes.add(name.substring(0, name.length() - ".java".length())));
            }
        }
        return classes;
    }

    private static Set<String> services() throws IOException {
        Set<String> services = new TreeSet<>();
        for (String file : List.of("docker-compose.yml", "docker-compose.ha.yml")) {
            JsonNode compose = new YAMLMapper().readTree(Files.readString(ROOT.resolve(file)).replace("!override", "")
                    .replace("!reset", ""));
            compose.path("services").fieldNames().forEachRemaining(services::add);
        }
        return services;
    }
}
