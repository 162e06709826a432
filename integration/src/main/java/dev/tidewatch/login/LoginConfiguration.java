package dev.tidewatch.login;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Settings in the form in which routes read them. */
@Configuration(proxyBeanMethods = false)
class LoginConfiguration {

    @Bean
    LockPolicy lockPolicy(LoginProperties settings) {
        return new LockPolicy(settings.failures(), settings.lock().toSeconds(), settings.longestLock().toSeconds(),
                settings.failuresKept().toSeconds());
    }
}
