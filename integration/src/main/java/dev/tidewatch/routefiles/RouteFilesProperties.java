package dev.tidewatch.routefiles;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where the user's route files are.
 *
 * @param folder the folder of your route files, {@code *.camel.yaml}; it is optional
 */
@ConfigurationProperties("tidewatch.routes")
record RouteFilesProperties(Path folder) {
}
