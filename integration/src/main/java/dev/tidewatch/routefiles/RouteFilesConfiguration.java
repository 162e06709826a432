package dev.tidewatch.routefiles;

import dev.tidewatch.routefiles.check.RouteFileChecker;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

@Configuration(proxyBeanMethods = false)
class RouteFilesConfiguration {

    @Bean
    RouteFileChecker routeFileChecker(RouteFilesProperties settings, Environment environment) {
        return new RouteFileChecker(settings.folder(), environment);
    }
}
