package dev.tidewatch.routefiles;

import dev.tidewatch.routefiles.check.RouteFileChecker;
import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

@Configuration(proxyBeanMethods = false)
class RouteFilesConfiguration {

    @Bean
    RouteFileChecker routeFileChecker(@Value("${tidewatch.routes.folder}") Path folder, Environment environment) {
        return new RouteFileChecker(folder, environment);
    }
}
