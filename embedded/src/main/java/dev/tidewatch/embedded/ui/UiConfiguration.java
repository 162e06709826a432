package dev.tidewatch.embedded.ui;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnResource;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;

/** Serves the UI if it was built; without Node, Maven does not build it. */
@AutoConfiguration
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnResource(resources = "classpath:ui/index.html")
class UiConfiguration {

    @Bean
    FilterRegistrationBean<UiFilter> uiFilter() {
        FilterRegistrationBean<UiFilter> registration = new FilterRegistrationBean<>(new UiFilter());
        // Ahead of the application's own filters, so that the UI is available during startup and can show the progress.
        registration.setOrder(-10);
        return registration;
    }
}
