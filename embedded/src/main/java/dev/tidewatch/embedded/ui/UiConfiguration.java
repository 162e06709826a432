package dev.tidewatch.page;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnResource;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;

/** Serves the page, if it was built: without Node it was not. */
@AutoConfiguration
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnResource(resources = "classpath:page/index.html")
class PageConfiguration {

    @Bean
    FilterRegistrationBean<PageFilter> pageFilter() {
        FilterRegistrationBean<PageFilter> registration = new FilterRegistrationBean<>(new PageFilter());
        // Before the application's own filters: the page shows during the start, too, and says what it waits for.
        registration.setOrder(-10);
        return registration;
    }
}
