package dev.tidewatch.kafka;

import dev.tidewatch.settings.Limits;
import dev.tidewatch.settings.UnusableSettingException;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The topics that Tidewatch consumes.
 *
 * @param userEvents      the topic of the user events
 * @param databaseChanges the topic of the row changes and schema changes
 */
@ConfigurationProperties("topics")
public record TopicNames(String userEvents, String databaseChanges) {

    /** Kafka's alphabet; 245 characters, because the name of the dead-letter topic has four more. */
    private static final Pattern NAME = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._-]{1,245}");

    /**
     * Checks the names.
     *
     * @throws UnusableSettingException when one is not the name of a topic, or both are used for the same
     */
    public TopicNames {
        String expected = "the name of a topic: at most 245 letters, digits, dots, underscores and hyphens";
        Limits.text("TIDEWATCH_USER_EVENTS_TOPIC", userEvents, NAME, expected);
        Limits.text("TIDEWATCH_DATABASE_CHANGES_TOPIC", databaseChanges, NAME, expected);
        if (List.of(userEvents, Topics.deadLetterTopic(userEvents)).contains(databaseChanges)
                || userEvents.equals(Topics.deadLetterTopic(databaseChanges))) {
            throw Limits.unusable("TIDEWATCH_DATABASE_CHANGES_TOPIC", databaseChanges,
                    "another topic than TIDEWATCH_USER_EVENTS_TOPIC (\"%s\") and its dead-letter topic".formatted(userEvents));
        }
    }

    /** Both topics; each has a dead-letter topic. */
    public List<String> all() {
        return List.of(userEvents, databaseChanges);
    }
}
