package dev.tidewatch.settings;

import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/** Turns what a user sets into what route files and libraries read. Spring Boot finds it through {@code META-INF/spring.factories}. */
class Settings implements ApplicationContextInitializer<ConfigurableApplicationContext>, Ordered {

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        ConfigurableEnvironment environment = context.getEnvironment();
        Map<String, Object> derived = new LinkedHashMap<>(Roles.properties(environment.getRequiredProperty("tidewatch.roles")));
        environment.getPropertySources().addFirst(new MapPropertySource("settings", derived));
    }

    /** Early, so that nothing has started yet when a setting is refused; the log writes already. */
    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 10;
    }
}
