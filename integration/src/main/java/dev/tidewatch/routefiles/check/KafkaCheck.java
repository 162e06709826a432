package dev.tidewatch.routefiles.check;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;

/** What only Kafka's endpoints need: that a reader commits, and that no option names a class. */
final class KafkaCheck {

    private static final Set<String> SERIALIZERS = Set.of("keyDeserializer", "valueDeserializer", "keySerializer", "valueSerializer");
    private static final Pattern KAFKAS_OWN = Pattern.compile(
            "org\\.apache\\.kafka\\.common\\.serialization\\.(String|ByteArray|Integer|Long)(Des|S)erializer");
    private static final Set<String> CLASSES = Set.of("interceptorClasses", "metricReporters", "partitionAssignor", "partitioner");
    /** One login module; its options are quoted, so that nothing in them begins another one. */
    private static final Pattern LOGIN_MODULE = Pattern.compile(
            "\\s*([\\w.$]+)\\s+\\w+(\\s+[\\w.]+\\s*=\\s*(\"[^\"]*\"|'[^']*'))*\\s*;\\s*");
    static final String ADDITIONAL = "additionalProperties.";
    /** Lists and texts that name classes, and what would undo other checks. */
    private static final Set<String> DENIED_SETTINGS = Set.of(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
            ConsumerConfig.METRIC_REPORTER_CLASSES_CONFIG, ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG, "security.providers",
            "sasl.jaas.config", ConsumerConfig.GROUP_ID_CONFIG, ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG);

    private final AllowList allowList;
    private final Map<String, ConfigKey> settings = new HashMap<>(ConsumerConfig.configDef().configKeys());

    KafkaCheck(AllowList allowList) {
        this.allowList = allowList;
        settings.putAll(ProducerConfig.configDef().configKeys());
    }

    void check(Endpoint endpoint, BiConsumer<YamlValue, String> problem) {
        Map<String, String> options = endpoint.options();
        if (endpoint.consumer() && (!options.getOrDefault("autoCommitEnable", "").equals("true")
                || options.getOrDefault("groupId", "").isBlank())) {
            problem.accept(endpoint.at(), "Nobody commits what `kafka` reads here. Write `kamelet:user-events-source` or "
                    + "`kamelet:database-changes-source`, or add `autoCommitEnable: true` and a `groupId`.");
        }
        options.forEach((name, value) -> {
            String why = whyNot(name, value);
            if (why != null) {
                problem.accept(endpoint.placeOf(name), why);
            }
        });
    }

    private String whyNot(String name, String value) {
        if (SERIALIZERS.contains(name)) {
            return KAFKAS_OWN.matcher(value).matches() ? null : allowList.whyNotType(value);
        }
        if (CLASSES.contains(name)) {
            for (String type : value.split(",")) {
                if (!type.isBlank() && allowList.whyNotType(type.strip()) != null) {
                    return allowList.whyNotType(type.strip());
                }
            }
            return null;
        }
        if (name.equals("saslJaasConfig")) {
            Matcher module = LOGIN_MODULE.matcher(value);
            return module.matches() ? allowList.whyNotType(module.group(1))
                    : "`saslJaasConfig` must be one login module. Write `the.Class required username=\"…\" password=\"…\";`.";
        }
        if (name.startsWith(ADDITIONAL)) {
            String setting = name.substring(ADDITIONAL.length());
            ConfigKey key = settings.get(setting);
            if (key == null) {
                return "Kafka's clients have no setting `%s`.%s".formatted(setting, Suggestion.forName(setting, settings.keySet()));
            }
            if (key.type == ConfigDef.Type.CLASS || DENIED_SETTINGS.contains(setting)) {
                return "`%s` is denied to route files here. Write the option that Camel has for it, or leave it out.".formatted(name);
            }
        }
        return null;
    }
}
