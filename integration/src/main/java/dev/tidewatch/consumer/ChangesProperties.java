package dev.tidewatch.consumer;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of row changes.
 *
 * @param maskedColumns words, comma-separated: a column whose name contains one of them shows as {@code "***"}, and so do secrets in dead
 *                      letters
 */
@ConfigurationProperties("tidewatch.changes")
public record ChangesProperties(List<String> maskedColumns) {
}
