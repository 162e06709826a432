package dev.tidewatch.routefiles.check;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;

/** Checks that a Kafka consumer commits its offsets, and that no option of a Kafka endpoint names a class that is not allowed. */
final class KafkaCheck {

    static final String ADDITIONAL = "additionalProperties.";

    /** A name that Kafka accepts, or an expression or a placeholder that names it later. */
    private static final Pattern TOPIC = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}|.*[{}].*");
    private static final Set<String> SERIALIZERS = Set.of("keyDeserializer", "valueDeserializer", "keySerializer", "valueSerializer");
    private static final Pattern KAFKA_SERIALIZER = Pattern.compile(
            "org\\.apache\\.kafka\\.common\\.serialization\\.(String|ByteArray|Integer|Long)(Des|S)erializer");
    private static final Set<String> CLASSES = Set.of("interceptorClasses", "metricReporters", "partitionAssignor", "partitioner");
    /** One login module. Its options are quoted, so that none of them can start another module. */
    private static final Pattern LOGIN_MODULE = Pattern.compile(
            "\\s*([\\w.$]+)\\s+\\w+(\\s+[\\w.]+\\s*=\\s*(\"[^\"]*\"|'[^']*'))*\\s*;\\s*");
    /** Settings that name classes in a list or a text, or that override an option checked elsewhere. */
    private static final Set<String> DENIED_SETTINGS = Set.of(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
            ConsumerConfig.METRIC_REPORTER_CLASSES_CONFIG, ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG, "security.providers",
            "sasl.jaas.config", ConsumerConfig.GROUP_ID_CONFIG, ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG);

    private final AllowList allowList;
    private final Map<String, ConfigKey> settings = new HashMap<>(ConsumerConfig.configDef().configKeys());

    KafkaCheck(AllowList allowList) {
        this.allowList = allowList;
        settings.putAll(ProducerConfig.configDef().configKeys());
    }

    void check(EndpointUri endpoint, BiConsumer<YamlValue, String> problem) {
        Map<String, String> options = endpoint.options();
        if (endpoint.consumer() && (!options.getOrDefault("autoCommitEnable", "").equals("true")
                || options.getOrDefault("groupId", "").isBlank())) {
            problem.accept(endpoint.at(), "This consumer never commits its offsets. Use `kamelet:user-events-source` or "
                    + "`kamelet:database-changes-source`, or add `autoCommitEnable: true` and a `groupId`.");
        }
        if (!options.getOrDefault("topicIsPattern", "").equals("true")) {
            Arrays.stream(endpoint.path("topic").split(",")).map(String::strip)
                    .filter(topic -> !topic.isEmpty() && !TOPIC.matcher(topic).matches()).findFirst()
                    .ifPresent(topic -> problem.accept(endpoint.at(), ("`%s` is not the name of a topic. Use at most 249 letters, digits, "
                            + "dots, underscores and hyphens.").formatted(topic)));
        }
        options.forEach((name, value) -> {
            String why = whyNot(name, value);
            if (why != null) {
                problem.accept(endpoint.yamlOf(name), why);
            }
        });
    }

    private String whyNot(String name, String value) {
        if (SERIALIZERS.contains(name)) {
            return KAFKA_SERIALIZER.matcher(value).matches() ? null : allowList.whyNotType(value);
        }
        if (CLASSES.contains(name)) {
            return Arrays.stream(value.split(",")).map(String::strip).filter(type -> !type.isEmpty()).map(allowList::whyNotType)
                    .filter(Objects::nonNull).findFirst().orElse(null);
        }
        if (name.equals("saslJaasConfig")) {
            Matcher module = LOGIN_MODULE.matcher(value);
            return module.matches() ? allowList.whyNotType(module.group(1))
                    : "`saslJaasConfig` must be a single login module. Write `the.Class required username=\"…\" password=\"…\";`.";
        }
        if (name.startsWith(ADDITIONAL)) {
            String setting = name.substring(ADDITIONAL.length());
            ConfigKey key = settings.get(setting);
            if (key == null) {
                return "Kafka clients have no setting `%s`.%s".formatted(setting, Suggestion.forName(setting, settings.keySet()));
            }
            if (key.type == ConfigDef.Type.CLASS || DENIED_SETTINGS.contains(setting)) {
                return "`%s` is not allowed in route files. Use the option of Camel's Kafka component, or remove it.".formatted(name);
            }
        }
        return null;
    }
}
