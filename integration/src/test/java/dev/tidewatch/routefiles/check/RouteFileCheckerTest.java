package dev.tidewatch.routefiles.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** The first line of each file in {@code routefiles/bad} is the expected rejection. */
class RouteFileCheckerTest {

    private static final Path FILES = Path.of("src/test/resources/routefiles");
    private static final Pattern EXAMPLE = Pattern.compile("```yaml\\n(.*?)```", Pattern.DOTALL);
    private static final String ROUTE = """
            - route:
                id: %s
                from:
                  uri: %s
                  steps:
                    - log: done
            """;

    private static StandardEnvironment settings;
    private static ReservedNames reserved;
    /** Checks texts, and files in any folder. */
    private static RouteFileChecker checker;

    @TempDir
    private Path folder;

    @BeforeAll
    static void readTheApplication() {
        settings = Lint.settings();
        reserved = ReservedNames.ofApplication(settings);
        checker = checker(null, settings, reserved);
    }

    static List<Path> bad() throws IOException {
        return files(FILES.resolve("bad"), ".camel.yaml");
    }

    static List<Path> good() throws IOException {
        return files(FILES.resolve("good"), ".camel.yaml");
    }

    static List<String> examples() throws IOException {
        List<String> examples = new ArrayList<>();
        List<Path> pages = new ArrayList<>(List.of(Path.of("../README.md")));
        try (Stream<Path> docs = Files.walk(Path.of("../docs"))) {
            docs.filter(page -> page.toString().endsWith(".md")).forEach(pages::add);
        }
        for (Path page : pages) {
            Matcher example = EXAMPLE.matcher(Files.readString(page));
            while (example.find()) {
                if (example.group(1).contains("- route:")) {
                    examples.add(example.group(1));
                }
            }
        }
        return examples;
    }

    static List<Path> application() throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path roleFolder : files(Path.of("src/main/resources/camel"), "")) {
            files.addAll(files(roleFolder, ".camel.yaml"));
        }
        return files;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bad")
    void rejectsBadFileWithPositionAndReason(Path file) throws IOException {
        String text = Files.readString(file);
        String expected = text.lines().findFirst().orElseThrow().substring(2);

        CheckResult result = checker.check(file, text);

        assertThat(result.accepted()).isFalse();
        assertThat(result.file()).isNull();
        assertThat(expected).matches("\\d+:\\d+: .{10,}");
        assertThat(result.rejections().get(0).toString()).startsWith(file + ":" + expected);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("good")
    void acceptsGoodFile(Path file) throws IOException {
        assertThat(checker.check(file, Files.readString(file)).rejections()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void acceptsExamplesOfTheDocumentation(String example) {
        assertThat(checker.check(Path.of("example.camel.yaml"), example).rejections()).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("application")
    void rejectsApplicationFilesOnlyForReservedFeatures(Path file) throws IOException {
        StandardEnvironment withTicdc = Lint.settings();
        withTicdc.getPropertySources().addFirst(new MapPropertySource("test", Map.of("ticdc.url", "http://localhost:8300")));
        RouteFileChecker noReservedNames = checker(null, withTicdc, new ReservedNames(Set.of(), Set.of(), Set.of(), Set.of(), Set.of()));

        assertThat(noReservedNames.check(file, Files.readString(file)).rejections()).extracting(Rejection::reason)
                .allMatch(reason -> reason.matches("(The bean|The class|The Simple function `\\$\\{ref|`rest|An expression that is loaded|"
                        + "The audit log|`startupOrder`|This consumer never commits).*"));
    }

    /** A group must fit the column {@code processed_events.consumer}; bad/id-too-long and bad/group-too-long have one more character. */
    @Test
    void bug16AcceptsTheLongestId() {
        String id = "a".repeat(255);

        assertThat(checker.check(Path.of("a.camel.yaml"), """
                - route: {id: %1$s, from: {uri: kamelet:user-events-source, parameters: {groupId: %1$s}, steps: [{log: done}]}}
                """.formatted(id)).rejections()).isEmpty();
        assertThat(checker.check(Path.of("a.camel.yaml"), """
                - route: {id: %1$s, from: {uri: kamelet:user-events-source, parameters: {groupId: %1$s}, steps: [{log: done}]}}
                """.formatted(id + "a")).rejections()).extracting(Rejection::reason)
                .containsExactlyInAnyOrder("The id has 256 characters. Use at most 255.", "`groupId` has 256 characters. Use at most 255.");
    }

    @Test
    void neverThrowsForMutatedFiles() throws IOException {
        List<String> mutations = List.of("", "{}", "[x]", "{a: b}", "null", "5", "''", "#", "#class:", ":", "- ", "?", "%", "{{", "}}",
                "{{:}}", "${", "${}", "${bean:", "RAW(", "!!int x", "|", "simple: x", "uri: ''", "kamelet:");
        List<String> texts = new ArrayList<>();
        for (Path file : Stream.concat(good().stream(), bad().stream()).toList()) {
            texts.add(Files.readString(file));
        }
        Random random = new Random(6);
        for (int i = 0; i < 5000; i++) {
            StringBuilder text = new StringBuilder(texts.get(random.nextInt(texts.size())));
            int start = random.nextInt(text.length());
            int end = Math.min(text.length(), start + random.nextInt(12));
            text.replace(start, end, mutations.get(random.nextInt(mutations.size())));
            String mutated = text.toString();

            assertThatCode(() -> assertThat(checker.check(Path.of("a.camel.yaml"), mutated)).satisfies(result ->
                    assertThat(result.file() == null).isEqualTo(!result.accepted()))).as(mutated).doesNotThrowAnyException();
        }
    }

    @Test
    void readsNamesAndEndpointsOfRoutes() throws IOException {
        RouteFile file = checker.check(FILES.resolve("good/everything.camel.yaml"),
                Files.readString(FILES.resolve("good/everything.camel.yaml"))).file();

        assertThat(file.configurations()).containsExactly("my-errors");
        assertThat(file.routes()).extracting(RouteSummary::id).startsWith("hourly-counts", "my-sub-route", "hello");
        RouteSummary counts = file.routes().get(0);
        assertThat(counts.from()).isEqualTo("kafka:user-events");
        assertThat(counts.groups()).containsExactly("hourly-counts");
        assertThat(counts.description()).isEqualTo("Counts by the hour.");
        assertThat(counts.uris()).contains("http://localhost:8090/hours/${header.hour}", "file:routes/data/hours", "direct:my-sub-route",
                "log:mine");
        assertThat(file.routes().get(1).consumed()).containsExactly("direct:my-sub-route");
        assertThat(file.routes().get(2).httpPaths()).containsExactlyInAnyOrder("GET /hello", "POST /hello");
    }

    @Test
    void findsReservedNamesOfTheApplication() {
        assertThat(reserved.routeIds()).contains("login", "log-user-events", "api");
        assertThat(reserved.consumed()).contains("direct:login", "seda:publish-events");
        assertThat(reserved.groups()).contains("log-user-events");
        assertThat(reserved.httpPaths()).contains("POST /api/login", "GET /me", "GET /health");
        assertThat(reserved.configurations()).contains("http-errors");
    }

    @Test
    void rejectsEmptyFile() throws IOException {
        assertThat(rejection(Files.writeString(folder.resolve("a.camel.yaml"), ""))).contains(":0:0: The file contains no route.");
    }

    @Test
    void rejectsFolderNamedLikeARouteFile() throws IOException {
        assertThat(rejection(Files.createDirectory(folder.resolve("a.camel.yaml")))).contains(":0:0: This is a folder.");
    }

    @Test
    void rejectsLinkOutOfTheFolder(@TempDir Path elsewhere) throws IOException {
        Path target = Files.writeString(elsewhere.resolve("secret"), ROUTE.formatted("my-route", "timer:x"));
        Path inside = Files.writeString(folder.resolve("b.camel.yaml"), ROUTE.formatted("my-route", "timer:x"));

        assertThat(rejection(Files.createSymbolicLink(folder.resolve("a.camel.yaml"),
                target))).contains("a link to a file outside the folder");
        assertThat(rejection(Files.createSymbolicLink(folder.resolve("c.camel.yaml"),
                folder.resolve("none")))).contains("a link to a file that does not exist");
        assertThat(checker(folder, settings, reserved).check(Files.createSymbolicLink(folder.resolve("d.camel.yaml"), inside)).rejections())
                .isEmpty();
    }

    @Test
    void acceptsFolderBehindALink(@TempDir Path elsewhere) throws IOException {
        // As Kubernetes mounts a ConfigMap, and like /tmp on macOS.
        Path link = Files.createSymbolicLink(elsewhere.resolve("routes"), folder);
        Files.writeString(folder.resolve("a.camel.yaml"), ROUTE.formatted("my-route", "timer:x"));

        assertThat(checker(link, settings, reserved).check(link.resolve("a.camel.yaml")).rejections()).isEmpty();
    }

    @Test
    void rejectsLargeFile() throws IOException {
        Path file = Files.writeString(folder.resolve("a.camel.yaml"), "# comment\n".repeat(500_000));

        assertThat(rejection(file)).contains(":0:0: The file is larger than 1,000,000 bytes.");
    }

    @Test
    void rejectsOtherEncodingAtFirstInvalidByte() throws IOException {
        Path file = Files.write(folder.resolve("a.camel.yaml"), "- route:\n    id: caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(rejection(file)).contains(":2:12: The file is not encoded in UTF-8.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0000", "\u0007"})
    void rejectsControlCharacterWithItsPosition(String character) {
        assertThat(checker.check(folder.resolve("a.camel.yaml"), "- route:\n    id: a" + character + "\n").rejections()).singleElement()
                .hasToString(folder.resolve("a.camel.yaml") + ":2:10: The character with the code %d is not allowed in YAML. Delete it."
                        .formatted((int) character.charAt(0)));
    }

    @Test
    void rejectsEmojiThatCamelsParserCannotRead() {
        String emoji = "# " + "x".repeat(1022) + "\uD83D\uDE00\n";

        assertThat(checker.check(folder.resolve("a.camel.yaml"), emoji + ROUTE.formatted("my-route",
                "timer:x")).rejections()).singleElement()
                .satisfies(rejection -> assertThat(rejection.reason()).contains("such as an emoji"));
    }

    @Test
    void ignoresByteOrderMark() throws IOException {
        Path file = Files.writeString(folder.resolve("a.camel.yaml"), "\uFEFF" + ROUTE.formatted("my-route", "timer:x"));

        assertThat(checker.check(file).rejections()).isEmpty();
    }

    @Test
    void rejectsFileWithoutReadPermission() throws IOException {
        Path file = Files.writeString(folder.resolve("a.camel.yaml"), ROUTE.formatted("my-route", "timer:x"));
        assumeFalse(!file.toFile().setReadable(false) || Files.isReadable(file), "root can read every file");

        assertThat(rejection(file)).contains("no permission to read the file");
    }

    @Test
    void rejectsMissingFile() {
        assertThat(rejection(folder.resolve("a.camel.yaml"))).contains(":0:0: The file does not exist.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"direct:same", "platform-http:/same", "platform-http:/same/", "kafka:topic?autoCommitEnable=true&groupId=same"})
    void rejectsNameOfAnEarlierFile(String from) {
        RouteFile first = checker.check(Path.of("a.camel.yaml"), ROUTE.formatted("one", from)).file();
        RouteFile second = checker.check(Path.of("b.camel.yaml"), ROUTE.formatted("two", from)).file();

        assertThat(checker.conflicts(List.of(first, second))).singleElement().satisfies(rejection -> assertThat(rejection.toString())
                .startsWith("b.camel.yaml:2:5: The ").contains("is already used by a.camel.yaml"));
    }

    @Test
    void usesRouteIdAsDefaultGroup() {
        RouteFile first = checker.check(Path.of("a.camel.yaml"), ROUTE.formatted("one", "kamelet:user-events-source")
                + ROUTE.formatted("other", "kamelet:database-changes-source?groupId=one")).file();
        RouteFile second = checker.check(Path.of("b.camel.yaml"),
                ROUTE.formatted("two", "kamelet:database-changes-source?groupId=one")).file();

        assertThat(checker.conflicts(List.of(first))).isEmpty();
        assertThat(checker.conflicts(List.of(first, second))).singleElement().hasToString(
                "b.camel.yaml:2:5: The consumer group `one` is already used by a.camel.yaml. Choose another one.");
    }

    @Test
    void rejectsIdOfAnEarlierFile() {
        RouteFile first = checker.check(Path.of("a.camel.yaml"), ROUTE.formatted("same", "timer:a")).file();
        RouteFile second = checker.check(Path.of("b.camel.yaml"), ROUTE.formatted("same", "timer:b")).file();
        RouteFile third = checker.check(Path.of("c.camel.yaml"), ROUTE.formatted("other", "timer:b")).file();

        assertThat(checker.conflicts(List.of(third, first, second))).singleElement().hasToString(
                "b.camel.yaml:2:5: The id `same` is already used by a.camel.yaml. Choose another one.");
    }

    @Test
    void rejectsWhatANewerCamelAdds() {
        Properties older = EipModel.reviewed();
        older.setProperty("steps", older.getProperty("steps").replace(" multicast ", " "));
        older.setProperty("log", older.getProperty("log").replace("marker ", ""));
        older.setProperty("json", older.getProperty("json").replace("prettyPrint ", ""));
        older.setProperty("file", older.getProperty("file").replace("onCompletion ", ""));
        String route = ROUTE.formatted("my-route", "timer:x") + """
                        - multicast: {steps: [{log: done}]}
                        - log: {message: done, marker: mine}
                        - marshal: {json: {prettyPrint: true}}
                """;
        String file = "- onCompletion: {steps: [{log: done}]}\n" + route;

        assertThat(checker.check(Path.of("a.camel.yaml"), file).rejections()).isEmpty();
        assertThat(new RouteFileChecker(null, settings, () -> reserved, older).check(Path.of("a.camel.yaml"), file).rejections())
                .extracting(Rejection::toString).containsExactly(
                        "a.camel.yaml:1:3: The element `onCompletion` has not been reviewed for use in route files. Remove it.",
                        "a.camel.yaml:8:11: The EIP `multicast` has not been reviewed for use in route files. Remove it.",
                        "a.camel.yaml:9:32: The option `marker` has not been reviewed for use in route files. Remove it.",
                        "a.camel.yaml:10:28: The option `prettyPrint` has not been reviewed for use in route files. Remove it.");
    }

    /** After an upgrade of Camel: check what each new option can access, then add it to reviewed-eips.properties. */
    @Test
    void everyOptionOfCamelIsReviewed() throws IOException {
        Properties reviewed = EipModel.reviewed();
        List<String> missing = new ArrayList<>();
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            EipModel eips = new EipModel(camel, reviewed);
            for (String eip : reviewed.stringPropertyNames()) {
                String description = camel.getEipParameterJsonSchema(eip);
                JsonNode model = new ObjectMapper().readTree(description == null ? "{}" : description);
                model.path("properties").fields().forEachRemaining(option -> {
                    if (!option.getValue().path("kind").asText().equals("element") && !eips.isReviewed("", eip, option.getKey())) {
                        missing.add(eip + "." + option.getKey());
                    }
                });
            }
            JsonNode schema = new ObjectMapper().readTree(getClass().getResource(YamlSchema.OF_ROUTES));
            schema.path("items").path("definitions").path("org.apache.camel.model.ProcessorDefinition").path("properties").fieldNames()
                    .forEachRemaining(eip -> {
                        if (!eips.isReviewed("", "steps", eip)) {
                            missing.add("steps." + eip);
                        }
                    });
        }
        // The first has a URI that no check covers, the last two need libraries of their own; the YAML DSL does not have the others.
        assertThat(missing).containsExactlyInAnyOrder("interceptSendToEndpoint.afterUri", "route.delayer", "route.routePolicyRef",
                "circuitBreaker.inheritErrorHandler", "failoverLoadBalancer.inheritErrorHandler", "steps.serviceCall", "steps.tokenizer");
    }

    @Test
    void operatorCanExtendAndRestrictTheAllowList() {
        String steps = ROUTE.formatted("my-route", "timer:x") + """
                        - bean: {ref: outbox, method: publish}
                        - setBody: {simple: "${bean:outbox.size}"}
                        - process: {ref: "#class:com.example.Step"}
                        - to: mock:x
                        - setBody: {xpath: /x}
                        - to: file:elsewhere/x
                """;

        assertThat(reasons(steps, Map.of())).hasSize(6);
        assertThat(reasons(steps, Map.of("allowed-beans", "outbox", "allowed-types", "com.example.Step", "allowed-components", "*, mock",
                "allowed-languages", "simple,xpath", "data-folder", "elsewhere"))).singleElement().asString()
                .startsWith("The Simple function `${bean…}` is not allowed");
        assertThat(reasons(ROUTE.formatted("my-route", "timer:x"), Map.of("allowed-components", "kafka,log"))).singleElement().asString()
                .startsWith("The component `timer` is not allowed in route files.").contains("`tidewatch.routes.allowed-components`");
    }

    private List<String> reasons(String text, Map<String, Object> allowed) {
        StandardEnvironment changed = Lint.settings();
        changed.getPropertySources().addFirst(new MapPropertySource("test",
                allowed.entrySet().stream().collect(Collectors.toMap(entry -> AllowList.PREFIX + entry.getKey(), Map.Entry::getValue))));
        return checker(null, changed, reserved).check(Path.of("a.camel.yaml"), text).rejections().stream()
                .map(Rejection::reason).toList();
    }

    private static RouteFileChecker checker(Path folder, StandardEnvironment settings, ReservedNames reserved) {
        return new RouteFileChecker(folder, settings, () -> reserved, EipModel.reviewed());
    }

    private String rejection(Path file) {
        List<Rejection> rejections = checker(folder, settings, reserved).check(file).rejections();
        assertThat(rejections).hasSize(1);
        return rejections.get(0).toString();
    }

    private static List<Path> files(Path folder, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(suffix)).sorted().toList();
        }
    }
}
