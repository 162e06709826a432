package dev.tidewatch.kafka;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The topics that Tidewatch consumes.
 *
 * @param userEvents      the topic of the user events
 * @param databaseChanges the topic of the row changes and schema changes
 */
@ConfigurationProperties("topics")
public record TopicNames(String userEvents, String databaseChanges) {

    /** Both topics; each has a dead-letter topic. */
    public List<String> all() {
        return List.of(userEvents, databaseChanges);
    }
}
