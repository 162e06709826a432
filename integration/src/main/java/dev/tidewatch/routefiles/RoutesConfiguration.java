package dev.tidewatch.routefiles;

import dev.tidewatch.routefiles.check.Owned;
import dev.tidewatch.routefiles.check.RouteFileChecker;
import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** What the user's route files are held against. */
@Configuration(proxyBeanMethods = false)
class RoutesConfiguration {

    @Bean
    RouteFileChecker routeFileChecker(@Value("${tidewatch.routes.folder}") Path folder, Environment environment) {
        return new RouteFileChecker(folder, environment, Owned.byApplication(environment));
    }
}
