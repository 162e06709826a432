package dev.tidewatch.audit;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of log lines.
 *
 * @param schemaStatements whether the line of a schema change contains the SQL statement
 */
@ConfigurationProperties("tidewatch.log")
public record LogProperties(boolean schemaStatements) {
}
