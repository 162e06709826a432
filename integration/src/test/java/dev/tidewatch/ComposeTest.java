package dev.tidewatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import kafka.docker.KafkaDockerWrapper$;
import kafka.server.KafkaConfig;
import org.apache.catalina.util.NetMask;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.util.unit.DataSize;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.SequenceNode;
import scala.jdk.javaapi.CollectionConverters;

/** The Compose files are consistent with each other and with the known facts of their images. Needs no Docker. */
class ComposeTest {

    private static final Path ROOT = Path.of("..");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> CHECKS = Map.of(
            "pingcap/pd", "http://127.0.0.1:2379/pd/api/v1/health", "pingcap/tikv", "http://127.0.0.1:20180/status",
            "pingcap/tidb", "http://127.0.0.1:10080/status", "pingcap/ticdc", "http://127.0.0.1:8300/api/v2/health");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z0-9_]+)}");
    private static final String APPLICATION = "tidewatch/integration";
    private static final String UI = "tidewatch/ui";
    /** These images have a health check of their own. */
    private static final Map<String, Path> OWN_IMAGES = Map.of(APPLICATION, Path.of("Dockerfile"), UI, ROOT.resolve("ui/Dockerfile"));

    static Stream<Named<Map<String, JsonNode>>> projects() throws IOException {
        return Stream.of(Named.of("docker-compose.yml", services(single())), Named.of("docker-compose.ha.yml", services(several())));
    }

    static Stream<Arguments> everyService() throws IOException {
        return projects().flatMap(project -> project.getPayload().entrySet().stream()
                .map(service -> Arguments.of(Named.of(project.getName() + ", " + service.getKey(), service.getValue()))));
    }

    static Stream<Arguments> everyBroker() throws IOException {
        return projects().flatMap(project -> of(project.getPayload(), "apache/kafka")
                .map(broker -> Arguments.of(project, broker)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("everyService")
    void limitsMemoryAndLogAndRestarts(JsonNode service) {
        assertThat(service.path("restart").asText()).isEqualTo("unless-stopped");
        assertThat(service.path("logging").path("driver").asText()).isEqualTo("json-file");
        assertThat(service.path("logging").path("options").path("max-size").asText()).isNotEmpty();
        assertThat(service.path("logging").path("options").path("max-file").asText()).isNotEmpty();
        assertThat(memory(service)).isPositive();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("everyService")
    void checksHealthWithToolsOfTheImage(JsonNode service) throws IOException {
        JsonNode check = service.path("healthcheck");
        if (OWN_IMAGES.containsKey(image(service))) {
            assertThat(Files.readString(OWN_IMAGES.get(image(service)))).contains("\nHEALTHCHECK ").contains("--start-period=5m");
        } else {
            // A slow machine has five minutes before a failure counts.
            assertThat(check.path("start_period").asText()).isEqualTo("5m");
            String test = texts(check.path("test")).collect(Collectors.joining(" "));
            String image = image(service).replaceFirst(":.*", "");
            assertThat(test).matches(CHECKS.containsKey(image) ? "CMD wget -q -O /dev/null " + CHECKS.get(image)
                    : "CMD-SHELL .* /opt/kafka/bin/kafka-topics.sh --bootstrap-server localhost:9092 --list");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("projects")
    void waitsForHealthyServices(Map<String, JsonNode> services) {
        assertThat(services.values()).allSatisfy(service -> service.path("depends_on").fields().forEachRemaining(dependency -> {
            assertThat(services).containsKey(dependency.getKey());
            assertThat(dependency.getValue().path("condition").asText()).isEqualTo("service_healthy");
        }));
        assertThat(services.values()).filteredOn(service -> image(service).equals(APPLICATION)).isNotEmpty().allSatisfy(service ->
                assertThat(StreamSupport.stream(((Iterable<String>) () -> service.path("depends_on").fieldNames()).spliterator(), false)
                        .map(name -> image(services.get(name)).replaceFirst(":.*", "")))
                        .contains("pingcap/tidb", "pingcap/ticdc", "apache/kafka"));
    }

    @Test
    void fitsALaptop() throws IOException {
        assertThat(services(single()).values().stream().mapToLong(ComposeTest::memory).sum())
                .isLessThanOrEqualTo(DataSize.ofGigabytes(7).toBytes());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("everyService")
    void publishesPortsOnThisMachineOnly(JsonNode service) {
        assertThat(texts(service.path("ports"))).allMatch(port -> port.startsWith("127.0.0.1:"))
                // TiCDC, PD and TiKV have no authentication.
                .noneMatch(port -> port.matches(".*:(8300|2379|2380|20160|20180|10080)"));
    }

    @Test
    void aSingleInstanceHasAFixedPortThatItsReadyLineNames() throws IOException {
        JsonNode application = services(single()).get("integration");
        String port = environment().get("HTTP_HOST_PORT");

        assertThat(port).isEqualTo("8080");
        assertThat(texts(application.path("ports"))).containsExactly("127.0.0.1:" + port + ":8080");
        assertThat(application.at("/environment/TIDEWATCH_PUBLIC_URL").asText()).isEqualTo("http://localhost:" + port);
    }

    @Test
    void severalInstancesHaveARangeOfPortsAndNameTheUiServer() throws IOException {
        Map<String, JsonNode> services = services(several());
        int instances = services.get("api").path("scale").asInt();

        assertThat(texts(services.get("api").path("ports"))).singleElement().satisfies(port -> {
            Matcher range = Pattern.compile("127\\.0\\.0\\.1:(\\d+)-(\\d+):8080").matcher(port);
            assertThat(range.matches()).isTrue();
            assertThat(Integer.parseInt(range.group(2)) - Integer.parseInt(range.group(1))).isGreaterThanOrEqualTo(instances);
        });
        assertThat(of(services, APPLICATION)).isNotEmpty().allSatisfy(application ->
                assertThat(application.at("/environment/TIDEWATCH_PUBLIC_URL").asText()).isEqualTo("http://localhost:3000"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("projects")
    void keepsEveryDataFolderInItsOwnVolume(Map<String, JsonNode> services) throws IOException {
        List<String> volumes = services.values().stream()
                .filter(service -> !image(service).matches(APPLICATION + "|" + UI + "|pingcap/tidb:.*"))
                .map(service -> {
                    String folder = texts(service.path("command")).filter(argument -> argument.startsWith("--data-dir="))
                            .map(argument -> argument.substring("--data-dir=".length())).findFirst()
                            .orElse(service.path("environment").path("KAFKA_LOG_DIRS").asText());
                    assertThat(texts(service.path("volumes"))).singleElement().asString().endsWith(":" + folder);
                    return service.path("volumes").get(0).asText().replaceFirst(":.*", "");
                }).toList();

        assertThat(volumes).isNotEmpty().doesNotHaveDuplicates();
        assertThat(several().path("volumes").fieldNames()).toIterable().containsAll(volumes);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("projects")
    void tikvKeepsWithinFileAndMemoryLimits(Map<String, JsonNode> services) throws IOException {
        String configuration = single().path("configs").path("tikv").path("content").asText();
        long used = megabytes(configuration, "memory-usage-limit");

        assertThat(configuration).contains("reserve-space = \"0MB\"");
        assertThat(megabytes(configuration, "capacity")).isLessThan(used);
        assertThat(of(services, "pingcap/tikv")).isNotEmpty().allSatisfy(tikv -> assertThat(used).isLessThan(memory(tikv)));
        // RocksDB counts twice, because of Titan. Docker's default is between about 10,000 and 1048576.
        assertThat(1000 + 2 * maxOpenFiles(configuration, "rocksdb") + maxOpenFiles(configuration, "raftdb")).isLessThan(16384);
    }

    @Test
    void pdReplicatesToEveryTikv() throws IOException {
        for (JsonNode project : List.of(single(), several())) {
            assertThat(project.path("configs").path("pd").path("content").asText())
                    .containsPattern("(?m)^max-replicas = " + of(services(project), "pingcap/tikv").count() + "$");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("projects")
    void everyPdKnowsAllMembers(Map<String, JsonNode> services) {
        Set<String> pds = names(services, "pingcap/pd");
        Map.of("pingcap/tikv", "--pd=%s:2379", "pingcap/tidb", "--path=%s:2379", "pingcap/ticdc", "--pd=http://%s:2379",
                "pingcap/pd", "--initial-cluster=%1$s=http://%1$s:2380").forEach((image, flag) ->
                assertThat(of(services, image)).isNotEmpty().allSatisfy(service -> assertThat(texts(service.path("command")))
                        .contains(flag.substring(0, flag.indexOf('=') + 1)
                                + pds.stream().map(flag.substring(flag.indexOf('=') + 1)::formatted).collect(Collectors.joining(",")))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("projects")
    void advertisesTheNodesOwnName(Map<String, JsonNode> services) {
        services.forEach((name, service) -> texts(service.path("command"))
                .filter(argument -> argument.startsWith("--advertise-"))
                .map(argument -> argument.replaceFirst(".*=(http://)?", "").replaceFirst(":.*", ""))
                .forEach(host -> {
                    assertThat(hosts(name, service)).contains(host);
                    assertThat(services.entrySet()).filteredOn(other -> !other.getKey().equals(name))
                            .noneMatch(other -> hosts(other.getKey(), other.getValue()).anyMatch(host::equals));
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("projects")
    void ticdcAdvertisesItsOwnNameAndUsesUtc(Map<String, JsonNode> services) {
        assertThat(of(services, "pingcap/ticdc")).isNotEmpty().allSatisfy(ticdc -> {
            assertThat(texts(ticdc.path("command"))).startsWith("/cdc", "server").contains("--tz=UTC");
            assertThat(ticdc.has("ports")).isFalse();
        });
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("everyBroker")
    void brokerAcceptsItsConfiguration(Map<String, JsonNode> services, JsonNode broker) throws IOException {
        Map<String, String> environment = JSON.convertValue(broker.path("environment"), JSON.getTypeFactory()
                .constructMapType(Map.class, String.class, String.class));
        // The image derives these properties from its environment.
        Properties properties = new Properties();
        properties.load(new StringReader(KafkaDockerWrapper$.MODULE$.getServerConfigsFromEnv(
                scala.collection.immutable.Map$.MODULE$.from(CollectionConverters.asScala(environment))).mkString("\n")));
        KafkaConfig config = new KafkaConfig(properties);
        Set<String> brokers = names(services, "apache/kafka");

        assertThat(properties.stringPropertyNames()).isSubsetOf(KafkaConfig.configDef().names());
        assertThat(Uuid.fromString(environment.get("CLUSTER_ID"))).isNotEqualTo(Uuid.ZERO_UUID);
        assertThat(environment.get("KAFKA_HEAP_OPTS")).contains("-Xmx");
        assertThat(config.autoCreateTopicsEnable()).isFalse();
        assertThat(config.quorumConfig().voters()).hasSameSizeAs(brokers)
                .contains("%d@%s:9093".formatted(config.nodeId(), name(services, broker)));
        String host = broker.path("ports").get(0).asText().replaceFirst("127.0.0.1:(\\d+):29092", "$1");
        assertThat(environment.get("KAFKA_ADVERTISED_LISTENERS"))
                .isEqualTo("PLAINTEXT://%s:9092,HOST://localhost:%s".formatted(name(services, broker), host));
        assertThat(environment).allSatisfy((name, value) -> {
            if (name.endsWith("REPLICATION_FACTOR")) {
                assertThat(value).as(name).isEqualTo(String.valueOf(brokers.size()));
            } else if (name.endsWith("MIN_ISR") || name.endsWith("MIN_INSYNC_REPLICAS")) {
                assertThat(value).as(name).isEqualTo(String.valueOf((brokers.size() + 1) / 2));
            }
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("projects")
    void applicationNamesTheOtherServices(Map<String, JsonNode> services) {
        Set<String> brokers = names(services, "apache/kafka");
        Set<String> roles = of(services, APPLICATION).flatMap(application -> Stream.of(
                application.path("environment").path("TIDEWATCH_ROLES").asText().split(","))).collect(Collectors.toSet());

        assertThat(roles).containsExactlyInAnyOrder("api", "events");
        assertThat(of(services, APPLICATION)).allSatisfy(application -> {
            JsonNode environment = application.path("environment");
            assertThat(services).containsKey(environment.path("TIDB_HOST").asText());
            assertThat(environment.path("TICDC_URL").asText()).isEqualTo("http://ticdc:8300");
            assertThat(Stream.of(environment.path("KAFKA_BROKERS").asText().split(",")))
                    .containsExactlyElementsOf(brokers.stream().map(broker -> broker + ":9092").toList());
            assertThat(environment.path("TIDEWATCH_TOPIC_REPLICATION").asInt()).isEqualTo(brokers.size());
            assertThat(application.has("ports") && !application.path("ports").isEmpty())
                    .isEqualTo(environment.path("TIDEWATCH_ROLES").asText().contains("api"));
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("projects")
    void productionIsRejectedWithWhatToSet(Map<String, JsonNode> services) {
        assertThat(of(services, APPLICATION)).isNotEmpty().allSatisfy(application -> {
            assertThat(application.at("/environment/TIDEWATCH_ENV").asText()).isEqualTo("development");
            Stream<String> settings = Stream.concat(Stream.of("--TIDEWATCH_ENV=production", "--tidewatch.embedded.enabled=false"),
                    application.path("environment").properties().stream().filter(setting -> !setting.getKey().equals("TIDEWATCH_ENV"))
                            .map(setting -> "--" + setting.getKey() + "=" + setting.getValue().asText()));
            assertThatThrownBy(() -> new SpringApplicationBuilder(ComposeTest.class).web(WebApplicationType.NONE)
                    .run(settings.toArray(String[]::new)))
                    .hasMessageStartingWith("TIDEWATCH_ENV is production, but ")
                    .hasMessageContainingAll("TIDEWATCH_SEED_USER", "TIDB_PASSWORD", "TIDB_SSL", "KAFKA_SECURITY_PROTOCOL");
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("projects")
    void ownImagesHaveMinimalPrivileges(Map<String, JsonNode> services) {
        assertThat(OWN_IMAGES.keySet()).allSatisfy(image -> assertThat(of(services, image)).isNotEmpty().allSatisfy(service -> {
            assertThat(service.path("read_only").asBoolean()).isTrue();
            assertThat(texts(service.path("cap_drop"))).containsExactly("ALL");
            assertThat(texts(service.path("security_opt"))).containsExactly("no-new-privileges:true");
            assertThat(texts(service.path("tmpfs"))).allMatch(folder -> folder.startsWith("/tmp:") && folder.contains("size="));
        }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("projects")
    void uiServerReachesOnlyTheApplication(Map<String, JsonNode> services) throws IOException {
        JsonNode ui = of(services, UI).collect(onlyOne());
        Set<String> besideIt = services.keySet().stream()
                .filter(name -> services.get(name).path("networks").has("ui")).collect(Collectors.toSet());
        besideIt.remove(name(services, ui));

        assertThat(ui.path("networks").fieldNames()).toIterable().containsExactly("ui");
        assertThat(ui.fieldNames()).toIterable().doesNotContain("environment", "env_file", "volumes", "secrets", "configs");
        assertThat(texts(ui.path("ports"))).containsExactly("127.0.0.1:3000:3000");
        assertThat(ui.path("depends_on").fieldNames()).toIterable().containsExactlyElementsOf(besideIt);
        assertThat(besideIt).isNotEmpty().allSatisfy(name -> {
            JsonNode networks = services.get(name).path("networks");
            assertThat(image(services.get(name))).isEqualTo(APPLICATION);
            assertThat(services.get(name).at("/environment/TIDEWATCH_ROLES").asText()).contains("api");
            assertThat(networks.has("default")).isTrue();
            assertThat(Stream.concat(Stream.of(name), texts(networks.at("/ui/aliases")))).contains("integration");
        });
        assertThat(Files.readString(ROOT.resolve("ui/nginx.conf")))
                .contains(" listen 3000;", " server integration:8080 resolve ", " hash $http_cookie;");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("projects")
    void applicationTrustsOnlyTheUiServer(Map<String, JsonNode> services) throws Exception {
        String address = of(services, UI).collect(onlyOne()).at("/networks/ui/ipv4_address").asText();
        JsonNode addresses = single().at("/networks/ui/ipam/config/0");
        String range = addresses.path("ip_range").asText();
        InetAddress first = InetAddress.getByName(range.replaceFirst("/.*", ""));

        assertThat(of(services, APPLICATION)).isNotEmpty().allSatisfy(application -> {
            assertThat(application.at("/environment/TIDEWATCH_TRUSTED_PROXIES").asText()).isEqualTo(address);
            assertThat(application.findValues("ipv4_address")).isEmpty();
        });
        assertThat(new NetMask(addresses.path("subnet").asText()).matches(InetAddress.getByName(address))).isTrue();
        assertThat(new NetMask(addresses.path("subnet").asText()).matches(first)).isTrue();
        // Neither an instance of the application nor the network's gateway, the address of clients on this machine, may have it.
        assertThat(new NetMask(range).matches(InetAddress.getByName(address))).isFalse();
        // The application sees no other address of the server.
        assertThat(Files.readString(ROOT.resolve("ui/nginx.sh"))).contains(" ipv6=off;");
        assertThat(Files.readString(ROOT.resolve("ui/nginx.conf")))
                .contains("proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;");
    }

    /** Docker, Podman, and networks with IPv6: an address with an interface is none that nginx accepts. */
    @ParameterizedTest
    @CsvSource({
        "nameserver 127.0.0.11, resolver 127.0.0.11 valid=2s ipv6=off;",
        "'search dns.podman\nnameserver 10.89.0.1\nnameserver 192.168.1.1', resolver 10.89.0.1 valid=2s ipv6=off;",
        "'nameserver fe80::1%eth0\nnameserver fd00::1', resolver [fd00::1] valid=2s ipv6=off;",
        "search localdomain, No name server in RESOLV; nginx cannot find the application"})
    void bug33UiServerQueriesTheNameServerOfItsContainer(String resolv, String expected, @TempDir Path directory) throws Exception {
        Path names = Files.writeString(directory.resolve("resolv.conf"), resolv.replace("\\n", "\n") + "\n");
        Path resolver = directory.resolve("resolver.conf");
        String script = Files.readString(ROOT.resolve("ui/nginx.sh"));
        assertThat(script).contains("> /tmp/resolver.conf\n", "\nexec nginx -e stderr -g 'daemon off;'\n");
        assertThat(Files.readString(ROOT.resolve("ui/nginx.conf"))).contains("\n  include /tmp/resolver.conf;\n");
        assertThat(Files.readString(ROOT.resolve("ui/Dockerfile"))).contains("COPY --chmod=755 ui/nginx.sh /nginx.sh\n",
                "\nENTRYPOINT [\"/nginx.sh\"]\n");

        ProcessBuilder shell = new ProcessBuilder("sh", "-c", script.replace("/tmp/resolver.conf", resolver.toString())
                .replace("exec nginx -e stderr -g 'daemon off;'", "cat " + resolver)).redirectErrorStream(true);
        shell.environment().put("RESOLV_CONF", names.toString());
        Process process = shell.start();

        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo(expected.replace("RESOLV", names.toString()) + "\n");
        assertThat(process.waitFor() == 0).isEqualTo(expected.startsWith("resolver "));
    }

    @Test
    void gracePeriodCoversTheShutdown() throws IOException {
        Map<String, Object> configuration = new Yaml().load(Files.readString(Path.of("src/main/resources/application.yaml")));
        int camel = JSON.valueToTree(configuration).at("/camel/main/shutdown-timeout").asInt();
        int spring = 30; // spring.lifecycle.timeout-per-shutdown-phase, which is not set

        assertThat(Files.readString(Path.of("src/main/resources/application.yaml"))).doesNotContain("timeout-per-shutdown-phase");
        assertThat(Integer.parseInt(services(single()).get("integration").path("stop_grace_period").asText().replace("s", "")))
                .isGreaterThan(camel + spring);
    }

    @ParameterizedTest
    @ValueSource(strings = {"integration", "ui"})
    void imagesAreUnprivilegedAndUseTheVersionsOfTheEnvironmentFile(String service) throws IOException {
        String dockerfile = Files.readString(ROOT.resolve(service + "/Dockerfile"));
        JsonNode build = services(single()).get(service).path("build");

        assertThat(build.path("dockerfile").asText()).isEqualTo(service + "/Dockerfile");
        assertThat(dockerfile).containsPattern("(?m)^USER [1-9]\\d+:[1-9]\\d+$");
        assertThat(build.path("args").properties()).hasSize(2).allSatisfy(image -> assertThat(dockerfile)
                .contains("\nARG " + image.getKey() + "=" + image.getValue().asText() + "\n", "\nFROM ${" + image.getKey() + "}"));
    }

    @Test
    void uiIsBuiltWithASupportedNode() throws IOException {
        String engines = JSON.readTree(ROOT.resolve("ui/package.json").toFile()).at("/engines/node").asText();

        assertThat(engines).containsPattern("(\\^|>=)" + environment().get("NODE_VERSION").replaceFirst("-.*", "") + "\\.");
    }

    @Test
    void brokerVersionMatchesTheEmbeddedOne() throws IOException {
        assertThat(Files.readString(ROOT.resolve("pom.xml")))
                .contains("<kafka.version>" + environment().get("KAFKA_VERSION") + "</kafka.version>");
    }

    @Test
    void environmentFileDocumentsEveryVariable() throws IOException {
        String both = Files.readString(ROOT.resolve("docker-compose.yml")) + Files.readString(ROOT.resolve("docker-compose.ha.yml"));

        assertThat(VARIABLE.matcher(both).results().map(variable -> variable.group(1)).collect(Collectors.toSet()))
                .containsExactlyInAnyOrderElementsOf(environment().keySet());
        assertThat(both).doesNotContainPattern("\\$(?!\\{[A-Z0-9_]+})");
    }

    private static JsonNode single() throws IOException {
        return read("docker-compose.yml");
    }

    /** Merged like {@code -f docker-compose.yml -f docker-compose.ha.yml}. */
    private static JsonNode several() throws IOException {
        JsonNode single = single();
        ObjectNode several = read("docker-compose.ha.yml");
        several.path("services").fields().forEachRemaining(service -> {
            JsonNode extended = service.getValue().path("extends");
            if (extended.isObject()) {
                assertThat(extended.path("file").asText()).isEqualTo("docker-compose.yml");
                service.setValue(merge(single.path("services").path(extended.path("service").asText()), service.getValue()));
            }
        });
        return merge(single, several);
    }

    /** Null removes a key. Lists are replaced, as Compose does for commands, volumes of the same folder and {@code !override}. */
    private static ObjectNode merge(JsonNode base, JsonNode over) {
        ObjectNode merged = base.deepCopy();
        over.fields().forEachRemaining(field -> {
            if (field.getValue().isNull() && merged.path(field.getKey()).isObject()) {
                merged.remove(field.getKey());
            } else if (field.getValue().isObject() && merged.path(field.getKey()).isObject()) {
                merged.set(field.getKey(), merge(merged.path(field.getKey()), field.getValue()));
            } else {
                merged.set(field.getKey(), field.getValue());
            }
        });
        return merged;
    }

    private static ObjectNode read(String file) throws IOException {
        Map<String, String> environment = environment();
        String text = VARIABLE.matcher(Files.readString(ROOT.resolve(file)))
                .replaceAll(variable -> Matcher.quoteReplacement(environment.getOrDefault(variable.group(1), "")));
        return JSON.valueToTree(new Yaml(new ComposeTags()).load(text));
    }

    private static Map<String, String> environment() throws IOException {
        return Pattern.compile("(?m)^([A-Z0-9_]+)=(.*)$").matcher(Files.readString(ROOT.resolve(".env"))).results()
                .collect(Collectors.toMap(line -> line.group(1), line -> line.group(2)));
    }

    private static Map<String, JsonNode> services(JsonNode project) {
        Map<String, JsonNode> services = new TreeMap<>();
        project.path("services").fields().forEachRemaining(service -> services.put(service.getKey(), service.getValue()));
        return services;
    }

    private static Stream<JsonNode> of(Map<String, JsonNode> services, String image) {
        return services.values().stream().filter(service -> image(service).replaceFirst(":.*", "").equals(image));
    }

    private static Set<String> names(Map<String, JsonNode> services, String image) {
        return of(services, image).map(service -> name(services, service)).collect(Collectors.toCollection(TreeSet::new));
    }

    private static String name(Map<String, JsonNode> services, JsonNode service) {
        return services.entrySet().stream().filter(entry -> entry.getValue() == service).findFirst().orElseThrow().getKey();
    }

    /** The names that other services resolve. */
    private static Stream<String> hosts(String name, JsonNode service) {
        return Stream.concat(Stream.of(name), texts(service.path("networks").path("default").path("aliases")));
    }

    private static <T> Collector<T, ?, T> onlyOne() {
        return Collectors.collectingAndThen(Collectors.toList(), all -> {
            assertThat(all).hasSize(1);
            return all.get(0);
        });
    }

    private static String image(JsonNode service) {
        return service.path("image").asText();
    }

    private static long memory(JsonNode service) {
        return DataSize.parse(service.path("mem_limit").asText("0").replaceFirst("([mg])$", "$1B").toUpperCase()).toBytes();
    }

    private static long megabytes(String configuration, String key) {
        MatchResult value = Pattern.compile("(?m)^" + key + " = \"(\\d+)MB\"$").matcher(configuration).results().findFirst().orElseThrow();
        return DataSize.ofMegabytes(Long.parseLong(value.group(1))).toBytes();
    }

    private static int maxOpenFiles(String configuration, String section) {
        return Pattern.compile("\\[" + section + "]\nmax-open-files = (\\d+)\n").matcher(configuration).results()
                .mapToInt(value -> Integer.parseInt(value.group(1))).findFirst().orElseThrow();
    }

    private static Stream<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText);
    }

    /** Reads {@code !override [..]} as the list, {@code !reset ..} as null. */
    private static final class ComposeTags extends SafeConstructor {

        ComposeTags() {
            super(new LoaderOptions());
            yamlMultiConstructors.put("!", new AbstractConstruct() {
                @Override
                public Object construct(Node node) {
                    return node.getTag().getValue().equals("!override") ? constructSequence((SequenceNode) node) : null;
                }
            });
        }
    }
}
